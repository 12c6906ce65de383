/* A small CA, two people, one signed and encrypted message: the whole way in C++. */
#include <smime.hpp>

#include <ctime>
#include <iostream>

int main()
{
    const std::string message = "From: Alice <alice@example.org>\r\n"
                                "To: Bob <bob@example.org>\r\n"
                                "Subject: Lunch\r\n"
                                "Content-Type: text/plain; charset=utf-8\r\n"
                                "\r\n"
                                "Caf\xc3\xa9 Central at noon?\r\n";
    const std::int64_t day = 86400, now = static_cast<std::int64_t>(std::time(nullptr));
    try {
        const smime::Issuer ca =
            smime::Issuer::self_signed(smime::Key::generate("p256"), smime::Template::authority("Example CA", now - day, now + 3650 * day));
        const smime::Key alice_key = smime::Key::generate("p256"), bob_key = smime::Key::generate("rsa-2048");
        const smime::Identity alice = smime::Identity::from_key(
            alice_key, ca.issue(alice_key, smime::Template::end_entity("Alice", "alice@example.org", now - day, now + 365 * day)));
        const smime::Identity bob = smime::Identity::from_key(
            bob_key, ca.issue(bob_key, smime::Template::end_entity("Bob", "bob@example.org", now - day, now + 365 * day)));

        const smime::Buffer with_signature = smime::Signer(alice).sign(message);
        const smime::Buffer sealed = smime::Encryptor().recipient(bob.certificate()).encrypt(with_signature);

        const smime::Trust trust = smime::TrustBuilder().anchor(ca.certificate()).build();
        const smime::Opened opened = smime::Opener(trust).identity(bob).open(sealed);
        std::cout << opened.report().summary() << "\n\n" << opened.content().str();
        return opened.is_acceptable() ? 0 : 1;
    } catch (const smime::Error &error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
}
