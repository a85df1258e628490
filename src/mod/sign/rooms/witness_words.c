/* What can be recorded, in words. */
#include "mod/sign/rooms/witness.h"

const struct choice witness_choices[] = {
    {"video", N_("Video of the face")},
    {"voice", N_("Voice")},
    {"photo", N_("A photograph")},
    {"place", N_("Place")},
    {"device", N_("Device: browser, screen, time zone")},
    {"go-on", N_("Signing may go on without what cannot be recorded")},
    {NULL, NULL},
};

/* Parallel to enum witness_kind. */
static const struct choice kinds[] = {
    {"video", N_("Video of the face")},
    {"voice", N_("Voice")},
    {"photo", N_("A photograph")},
    {"place", N_("Place")},
    {"device", N_("Device")},
    {"ink", N_("Strokes of the drawn signature")},
    {NULL, NULL},
};
static const struct choice outcomes[] = {
    {"recorded", N_("recorded")},
    {"failed", N_("recorded, but its checks did not hold")},
    {"refused", N_("not recorded")},
    {NULL, NULL},
};

const char *witness_name(enum witness_kind k)
{
    return kinds[k].value;
}

const char *witness_label(enum witness_kind k)
{
    return kinds[k].label;
}

const char *witness_outcome_label(str outcome)
{
    return choice_label(outcomes, outcome);
}

bool witness_asks(int64_t mask, enum witness_kind k)
{
    return k == WITNESS_INK ? mask != 0 : (mask & (INT64_C(1) << k)) != 0;
}

str witness_words(struct arena *a, int64_t mask)
{
    BUF_SCOPED words = BUF_INIT(256);
    for (int i = 0; witness_choices[i].value; i++) {
        if (!(mask & (INT64_C(1) << i)))
            continue;
        if (words.n)
            buf_putc(&words, ',');
        buf_put(&words, str_of(witness_choices[i].value));
    }
    return arena_str(a, buf_str(&words));
}
