/* For tests: a key ceremony with the shortest names. Its keys are made with trust_ceremony_keys(). */
#ifndef RISE_SIGN_TEST_CEREMONY_H
#define RISE_SIGN_TEST_CEREMONY_H
#include "mod/sign/trust/trust.h"

static inline struct trust_ceremony test_ceremony(void)
{
    return (struct trust_ceremony){.root = STR("root"),
                                   .issuing = STR("issuing"),
                                   .organisation = STR("O"),
                                   .root_title = STR("R"),
                                   .issuing_title = STR("I"),
                                   .root_years = 20,
                                   .issuing_years = 10,
                                   .service_years = 3,
                                   .root_path = 1,
                                   .crl_days = 9,
                                   .policy = STR("0.4.0.2023.1.1"),
                                   .accuracy = SECOND,
                                   .by = STR("test")};
}
#endif
