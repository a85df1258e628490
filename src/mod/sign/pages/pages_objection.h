/* Pages about the electronic form: the signer's answer, the sender's offer, the ledger, the texts. */
#ifndef RISE_SIGN_PAGES_OBJECTION_H
#define RISE_SIGN_PAGES_OBJECTION_H
#include "mod/sign/rooms/objection.h"
#include "web/components.h"
#include "web/route.h"

extern const struct route_table sign_notice_routes, sign_offer_routes, sign_objection_routes, sign_offer_text_routes;

struct notice_page { /* the signer's */
    const struct input_spec *object_spec, *stop_spec;
    str path; /* /sign/s/TOKEN */
    struct room room;
    struct signer signer;
    str sender;
    bool has_offer;
    struct offer offer;
    str text, hash; /* in the page's language */
    int64_t version;
    struct answer answer;
    bool has_stopped;
    struct objection stop; /* when has_stopped */
    bool may_answer;       /* it is this signer's turn in an open room */
};
struct offer_person {
    struct signer signer;
    struct answer answer;
};
struct offer_page { /* the sender's */
    const struct input_spec *spec;
    struct room room;
    const char *path; /* /sign/rooms/ID/notice */
    bool draft, has_offer;
    struct offer offer; /* or what a new one begins with */
    struct offer_text text;
    int64_t least; /* days */
    const struct input_spec *heard;
    struct options who; /* those who were told */
    const struct offer_person *people;
    size_t n;
};
struct objections_page {
    const struct input_spec *spec;
    const struct objection *v;
    size_t n;
    struct pages pages;
    bool open, filtered;
    str query; /* of the CSV's address */
};
struct objection_page {
    const struct input_spec *spec;
    struct objection o;
};
struct offer_texts_page {
    const struct input_spec *spec;
    const char *path;
    bool of_house; /* the installation's */
    const struct offer_text *v;
    size_t n;
    str zh, en; /* what the form begins with */
    /* one version and how it differs from the one before */
    const struct offer_text *shown;
    const struct text_line *zh_diff, *en_diff;
    size_t n_zh, n_en;
};
const char *answer_colour(str state);
str offer_version_title(const struct ctx *c, int64_t version); /* "Version 2" */
#endif
