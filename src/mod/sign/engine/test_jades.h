/* What the tests of JAdES sign beside the signature (sigD). */
#ifndef RISE_SIGN_TEST_JADES_H
#define RISE_SIGN_TEST_JADES_H
#include "mod/sign/engine/data.h"

static const struct sign_data files[] = {
    {STR_INIT("契約 一.txt"), STR_INIT("text/plain"), STR_INIT("甲方\n乙方\n")},
    {STR_INIT("附件/b.bin"), STR_INIT("application/octet-stream"), STR_INIT("\0\1\2\377")},
};
#endif
