#!/bin/sh
# The life of the certificates of a small company, from the first key to the last list, with the command smime alone:
#
#   run.sh FOLDER
#
# FOLDER is made and keeps all that came about. Each line that begins with "smime" is what one would type.
set -eu

mkdir -p "$1"
cd "$1"
step() { printf '\n== %s\n' "$1"; }
# What must be refused, with this word among the reasons.
refused() {
    word=$1
    shift
    if said=$("$@" 2>&1 >/dev/null); then
        echo "not refused: $*" >&2
        exit 1
    fi
    case $said in
        *"$word"*) echo "refused, as it must be: $said" ;;
        *) echo "refused for another reason: $said" >&2 && exit 1 ;;
    esac
}
message() { printf 'From: %s\nTo: %s\nSubject: Lunch\n\n%s\n' "$1" "$2" "$3"; }
# A certificate on its own, as lists and answers are about one.
alone() { smime cert bundle --form pem "$1" | sed '/END CERTIFICATE/q'; }

echo "the password of the root, kept in a safe" > root.password
echo "the password of the authority" > ca.password
echo "the password of Alice" > alice.password
echo "the password of Bob" > bob.password

step "A root that stays offline, and the authority that issues"
smime ca init --dir root --password-file root.password --subject "CN=Example Root,O=Example GmbH,C=DE"
smime ca init --dir ca --password-file ca.password --root root --root-password-file root.password \
    --subject "CN=Example Mail CA,O=Example GmbH,C=DE" \
    --crl-url http://pki.example.org/ca.crl --ocsp-url http://pki.example.org/ocsp --issuer-url http://pki.example.org/ca.crt
smime ca crl --dir root --password-file root.password -o root.crl

step "Alice and Bob make keys and requests, and get certificates"
for who in alice bob; do
    smime key new --kind p256 --password-file $who.password -o $who.key
    smime request new --key $who.key --password-file $who.password --address $who@example.org -o $who.csr
    smime request show $who.csr
    smime ca issue --dir ca --password-file ca.password --address $who@example.org --days 365 --chain $who.csr -o $who.crt
    smime cert lint $who.crt
    cat $who.key $who.crt > $who.pem
done
smime ca crl --dir ca --password-file ca.password -o ca.crl
smime cert verify --trust root/authority.crt --crl ca.crl --crl root.crl --revocation hard --address alice@example.org alice.crt

step "Their mail programs get PKCS #12 files"
smime p12 pack --identity alice.pem --password-file alice.password --new-password-file alice.password -o alice.p12
smime p12 pack --identity bob.pem --password-file bob.password --new-password-file bob.password -o bob.p12

step "Alice writes to Bob"
message alice@example.org bob@example.org "Lunch at noon?" |
    smime sign --identity alice.p12 --password-file alice.password |
    smime encrypt --to bob.crt -o lunch.eml
smime open --identity bob.p12 --password-file bob.password --trust root/authority.crt --crl ca.crl --crl root.crl \
    --revocation hard --require-signature lunch.eml -o lunch.txt
cat lunch.txt

step "Bob's certificate is renewed for a new key; old mail stays readable"
smime ca list --dir ca --expiring 400
smime key new --kind p384 --password-file bob.password -o bob-2.key
smime request new --key bob-2.key --password-file bob.password --address bob@example.org -o bob-2.csr
smime ca renew --dir ca --password-file ca.password --request bob-2.csr --chain bob.crt -o bob-2.crt
cat bob-2.key bob-2.crt > bob-2.pem
message alice@example.org bob@example.org "And dinner?" |
    smime sign --identity alice.p12 --password-file alice.password |
    smime encrypt --to bob-2.crt -o dinner.eml
for mail in lunch dinner; do
    smime open --identity bob.p12 --password-file bob.password --identity bob-2.pem --password-file bob.password \
        --trust root/authority.crt --require-signature $mail.eml -o $mail.txt
done

step "Alice's computer is stolen: her certificate is revoked, and her signature refused"
smime ca revoke --dir ca --reason keyCompromise alice.crt
smime ca crl --dir ca --password-file ca.password -o ca.crl
refused PATH-REVOKED smime open --identity bob.p12 --password-file bob.password --trust root/authority.crt --crl ca.crl \
    --require-signature lunch.eml -o stolen.txt
test ! -e stolen.txt
refused CA-STANDING smime ca renew --dir ca --password-file ca.password alice.crt

step "She gets a new key and certificate, and writes again"
smime key new --kind p256 --password-file alice.password -o alice-2.key
smime request new --key alice-2.key --password-file alice.password --address alice@example.org -o alice-2.csr
smime ca issue --dir ca --password-file ca.password --address alice@example.org --chain alice-2.csr -o alice-2.crt
cat alice-2.key alice-2.crt > alice-2.pem
message alice@example.org bob@example.org "I am back." |
    smime sign --identity alice-2.pem --password-file alice.password |
    smime encrypt --to bob-2.crt -o back.eml
smime open --identity bob-2.pem --password-file bob.password --trust root/authority.crt --crl ca.crl --crl root.crl \
    --revocation hard --require-signature back.eml -o back.txt
cat back.txt

step "Another certificate is held and released; the lists and the journal tell"
alone bob.crt > bob-only.crt
smime ca revoke --dir ca --hold bob-only.crt
smime ca crl --dir ca --password-file ca.password --delta -o delta.crl
smime ca revoke --dir ca --release bob-only.crt
smime ca list --dir ca
smime ca journal --dir ca --check
