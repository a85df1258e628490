/* Bulk sending: one template, a CSV list of people, one room for each row.
 *
 * The whole list is checked before anything is made: a wrong row refuses all of it, by name. Then the job "sign.bulk"
 * makes and sends the rooms one by one, each in a transaction of its own, and goes on where it stopped after a crash. A
 * row that cannot be sent then (the address is refused, the template was changed meanwhile) keeps its reason; the
 * others go on.
 *
 * Columns of the list are named after the template's parts: "Tenant name", "Tenant e-mail", "Tenant language" (or
 * 姓名, 電子郵件, 語言). A part with a person in the template may be left out.
 *
 * Errors, besides those of room.h and import.h:
 *   RM-031 a name is missing or longer than 100 characters     RM-032 no e-mail address
 *   RM-033 a language other than zh and en                     RM-034 the same people as in an earlier row ({1})
 *   RM-035 E_LIMIT more than BULK_ROWS_MAX rows, or E_INVALID a template that cannot be sent in bulk
 *   RM-036 E_NOTFOUND no such bulk sending */
#ifndef RISE_SIGN_BULK_H
#define RISE_SIGN_BULK_H
#include "core/import.h"
#include "mod/sign/rooms/room.h"

enum {
    BULK_ROWS_MAX = 2000,
    BULK_PARTS_MAX = 10, /* of a template; three columns each */
    BULK_FILE_MAX = 4 << 20,
    BULK_LIST = 50, /* latest sendings shown */
    BULK_ROWS_PAGE = 100,
};
#define BULK_JOB "sign.bulk"

struct bulk {
    id id, party, owner, template;
    str title, file_name;
    int64_t n, made, failed;
    str state; /* running, done, stopped (by hand) */
    id job;
    instant created, finished;
};
struct bulk_row {
    int64_t number;
    str people; /* as it is stored */
    str names;  /* "王小明、Bob" */
    id room;    /* 0: not sent */
    str state;  /* the room's; "" not sent */
    str code, words, arg;
};

/* ---- the list (bulk_read.c) ---- */
/* RM-035 when it has none or too many parts, or parts that need a card or a key of their own. */
rc bulk_parts(const struct act *x, id template, struct room *room, struct signer **parts, size_t *n);
rc bulk_sample(const struct act *x, id template, enum lang lang, struct buf *out); /* CSV: the heading and one row */
struct bulk_people {
    const str *row; /* each as it is stored: JSON */
    size_t n;
};
/* E_INVALID IMP-001, IMP-002: `report` has the wrong rows. */
rc bulk_read(const struct act *x, id template, str csv, struct bulk_people *out, struct import_report *report);

/* ---- sending (bulk.c) ---- */
/* Reads the list, queues the job. `confirmed`: as of room_send(). */
rc bulk_begin(const struct act *x, id template, str file_name, str csv, bool confirmed, struct import_report *report,
              id *out);
rc bulk_get(struct tx *tx, id bulk, struct bulk *out, struct arena *a);
rc bulk_own(const struct act *x, id bulk, struct bulk *out); /* RM-036, also of another party's */
rc bulk_list(struct tx *tx, id party, struct bulk **out, size_t *n, struct arena *a); /* latest first */
rc bulk_rows(struct tx *tx, id bulk, int64_t offset, struct bulk_row **out, size_t *n, struct arena *a);

/* ---- the job (bulk_job.c) ---- */
rc bulk_people_read(struct arena *a, str stored, struct room_person *out, size_t *n); /* at most BULK_PARTS_MAX */
/* The next rows without a result, at most `most`; *left: how many there are still. For the job and its tests. */
rc bulk_some(struct app *app, id bulk, int most, int64_t *left, struct err *err);
rc bulk_run(struct job *j);
#endif
