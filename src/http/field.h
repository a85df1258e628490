/* One field's check: what was typed → a checked value, or a field error. Pure; used by input.c only.
 *
 * Codes: INP-001 unknown field, INP-002 repeated (input.c), INP-003 required, INP-004 not text, INP-005 too long,
 * INP-006 too short, INP-007 number, INP-009 yes/no, INP-010 day, INP-011 reference, INP-012 e-mail, INP-013 choice,
 * INP-014 business number, INP-015 file size, INP-016 file or text expected, INP-017 line break, INP-018 JSON type,
 * INP-019 no JSON object (input.c), INP-020 how many entries. */
#ifndef RISE_HTTP_FIELD_H
#define RISE_HTTP_FIELD_H

#include "http/input.h"

/* Checks `raw` by the field's type and fills `v` (raw is kept in any case). What is empty after trimming is not given.
 * E_INVALID with the field error in `err`; E_NOMEM, E_LIMIT from the arena. */
rc field_check(struct arena *a, const struct field *f, str raw, struct field_value *v, struct err *err);
rc field_check_file(const struct field *f, const struct upload *file, struct field_value *v, struct err *err);
rc field_check_required(const struct field *f, struct field_value *v, struct err *err);

/* ---- input_list.c ---- */
rc field_check_list(struct arena *a, const struct field *f, const struct json *list, struct field_value *v,
                    struct err *err);
rc field_check_list_text(struct arena *a, const struct field *f, str text, struct field_value *v, struct err *err);
rc field_check_file_json(struct arena *a, const struct field *f, const struct json *j, struct field_value *v,
                         struct err *err);

#endif
