/* The function that the README shows, as it stands there (tests/c/run cuts it out). */
#include "check.h"
#include "readme-snippet.h"

int main(void)
{
    people all;
    smime_buffer *sealed;
    smime_opener *opener;
    check_unused();
    people_new(&all, "p256", "p256");
    sealed = sealed_for_bob(&all, MESSAGE, strlen(MESSAGE));
    opener = opener_for_bob(&all);
    CHECK(judge(opener, smime_buffer_data(sealed), smime_buffer_len(sealed)) == 1);
    CHECK(judge(opener, smime_buffer_data(sealed), smime_buffer_len(sealed) / 2) == 0);
    smime_opener_free(opener);
    smime_buffer_free(sealed);
    people_free(&all);
    return checks_end("readme");
}
