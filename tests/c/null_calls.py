#!/usr/bin/env python3
"""Writes a C program that calls every function of smime.h with nothing but zeros, with and without places for the results."""

import re
import sys

header = re.sub(r"/\*.*?\*/", "", open(sys.argv[1], encoding="utf-8").read(), flags=re.S)
# What needs no argument succeeds.
NEEDS_NOTHING = {
    "smime_certificates_new",
    "smime_trust_builder_new",
    "smime_opener_new",
    "smime_encryptor_new",
    "smime_trust_system",
    "smime_profile_new",
    "smime_journal_new",
    "smime_acme_new_token_part",
}
# No octets are allowed, but are no certificate and no key.
EMPTY = {
    "smime_certificate_from_bytes": "SMIME_E_CERT_MALFORMED",
    "smime_certificates_from_bytes": "SMIME_E_CERT_MALFORMED",
    "smime_key_from_bytes": "SMIME_E_PEM_MALFORMED",
    "smime_identity_from_bytes": "SMIME_E_PEM_MALFORMED",
    "smime_request_from_bytes": "SMIME_E_REQ_MALFORMED",
    "smime_ocsp_request_from_bytes": "SMIME_E_OCSP_MALFORMED",
}

functions = re.findall(r"^((?:const )?\w+ \*?)(smime_\w+)\(([^)]*)\);", header, flags=re.M | re.S)
functions = [(kind.strip(), name, [p.strip() for p in parameters.split(",") if p.strip() != "void"]) for kind, name, parameters in functions]


def call(name, parameters, place, error):
    values = []
    for parameter in parameters:
        if parameter == "smime_error **err":
            values.append(error)
        elif "**" in parameter:
            # A second result is optional.
            values.append("NULL" if place in values else place)
        else:
            values.append("0")
    return f"{name}({', '.join(values)})"


print('#include "check.h"\n\nint main(void)\n{')
for kind, name, parameters in functions:
    if parameters and parameters[-1] == "smime_error **err":
        result = next((p for p in parameters if "**" in p and p != "smime_error **err"), None)
        print(f"    FAILS(SMIME_E_USE_ARGUMENT, {call(name, parameters, 'NULL', '&err')});")
        print(f"    CHECK({call(name, parameters, 'NULL', 'NULL')} == SMIME_E_USE_ARGUMENT);")
        if result:
            made = result.split("**")[0].strip()
            print(f"    {{\n        {made} *made = ({made} *)(void *)&checks_made;")
            expected = "SMIME_OK" if name in NEEDS_NOTHING else EMPTY.get(name, "SMIME_E_USE_ARGUMENT")
            print(f"        FAILS({expected}, {call(name, parameters, '&made', '&err')});")
            print(f"        CHECK((made != NULL) == ({expected} == SMIME_OK));\n        {made}_free(made);\n    }}")
    elif kind == "void":
        print(f"    {call(name, parameters, 'NULL', 'NULL')};")
    elif not parameters:
        print(f"    CHECK({name}() != 0);")
    elif kind.endswith("*") and name.startswith(("smime_error_", "smime_algorithm_name")):
        print(f'    CHECK(strcmp({call(name, parameters, "NULL", "NULL")}, "") == 0);')
    elif kind.endswith("*"):
        print(f"    CHECK({call(name, parameters, 'NULL', 'NULL')} == NULL);")
    elif name.endswith("_verdict"):
        print(f"    CHECK({call(name, parameters, 'NULL', 'NULL')} == SMIME_VERDICT_INDETERMINATE);")
    elif name.endswith("_match") or name.endswith("_match_address"):
        print(f"    CHECK({call(name, parameters, 'NULL', 'NULL')} == SMIME_ADDRESS_ABSENT);")
    elif name == "smime_error_offset":
        print(f"    CHECK({call(name, parameters, 'NULL', 'NULL')} == -1);")
    else:
        print(f"    CHECK({call(name, parameters, 'NULL', 'NULL')} == 0);")
print(f'    check_unused();\n    printf("functions called with nothing: {len(functions)}\\n");')
print('    return checks_end("nothing");\n}')
