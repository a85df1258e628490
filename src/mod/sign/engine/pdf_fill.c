#include "mod/sign/engine/pdf_fill.h"

#include "mod/sign/engine/pdf_page.h"
#include "mod/sign/engine/pdf_text.h"

enum { NO_BOX = 1 << 15 | 1 << 16 /* /Ff of buttons: radio, push (table 229) */ };

static rc closed(struct pdf_doc *doc, str field)
{
    return ERR(doc->err, E_CONFLICT, "SIG-124", N_("The field {1} was closed by an earlier signature."), field);
}

rc pdf_fill_allowed(struct pdf_doc *doc, str field, const struct pdf_signature *signature, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct pdf_permission p = pdf_signature_permits(&signature[i]);
        if (signature[i].is_signed && !pdf_field_permitted(&p, field))
            return closed(doc, field);
    }
    return OK;
}

static bool has_value(const struct pdf_value *v)
{
    return v && v->kind != PDF_NULL && !pdf_name_is(v, STR("Off")) && !str_eq(v->raw, STR("()")) &&
           !str_eq(v->raw, STR("<>"));
}

/* Text or a box to tick, by its own word or inherited. */
static rc kind_of(struct pdf_update *u, const struct pdf_field *f, bool *text, bool *box)
{
    const struct pdf_object *o;
    const struct pdf_value *type, *flags;
    TRY(pdf_object(u->doc, f->ref.num, u->rev, &o));
    TRY(pdf_page_entry(u->doc, o, STR("FT"), u->rev, &type));
    TRY(pdf_page_entry(u->doc, o, STR("Ff"), u->rev, &flags));
    *text = pdf_name_is(type, STR("Tx"));
    *box = pdf_name_is(type, STR("Btn")) && !(flags && flags->kind == PDF_INT && flags->number & NO_BOX);
    return OK;
}

static rc find(struct pdf_update *u, const struct pdf_fill *fill, const struct pdf_field *field, size_t n_fields,
               struct pdf_filling *out, const struct pdf_value **value)
{
    const struct pdf_object *widget;
    bool text = false;
    *out = (struct pdf_filling){.fill = fill, .field = pdf_field_named(field, n_fields, fill->field)};
    if (out->field)
        TRY(kind_of(u, out->field, &text, &out->box));
    if (!text && !out->box)
        return ERR(u->doc->err, E_NOTFOUND, "SIG-123", N_("The PDF has no field {1} that can be filled in."),
                   fill->field);
    TRY(pdf_entry_resolved(u->doc, out->field->dict, STR("V"), u->rev, value));
    if (!out->field->widget.num)
        return OK;
    TRY(pdf_object(u->doc, out->field->widget.num, u->rev, &widget));
    return pdf_widget_turn(u->doc, widget->value, u->rev, &out->turn);
}

rc pdf_fill_find(struct pdf_update *u, const struct pdf_fill *fill, size_t n_fill, const struct pdf_field *field,
                 size_t n_fields, const struct pdf_signature *signature, size_t n_signatures, struct pdf_filling **out,
                 size_t *n)
{
    bool is_signed = false;
    struct pdf_filling *list = ARENA_ARRAY(u->doc->a, n_fill + 1, struct pdf_filling);
    *n = 0;
    *out = list;
    if (!list)
        return arena_failed(u->doc->a);
    for (size_t i = 0; i < n_signatures; i++)
        is_signed = is_signed || signature[i].is_signed;
    for (size_t i = 0; i < n_fill; i++) {
        const struct pdf_value *value;
        TRY(find(u, &fill[i], field, n_fields, &list[*n], &value));
        if (list[*n].box ? fill[i].ticked == has_value(value) : fill[i].value.n == 0)
            continue; /* an object written again without another value would be a change that nobody permits */
        if (is_signed && has_value(value))
            return closed(u->doc, fill[i].field);
        TRY(pdf_fill_allowed(u->doc, fill[i].field, signature, n_signatures));
        (*n)++;
    }
    return OK;
}

/* ---- writing ---- */

/* The name that a box's appearance has for "ticked" (12.7.5.2.3). */
static rc on_name(struct pdf_update *u, const struct pdf_value *widget, str *out)
{
    const struct pdf_value *ap, *normal;
    *out = STR("Yes");
    TRY(pdf_entry_resolved(u->doc, widget, STR("AP"), u->rev, &ap));
    TRY(pdf_entry_resolved(u->doc, ap, STR("N"), u->rev, &normal));
    for (const struct pdf_value *v = normal && normal->kind == PDF_DICT ? normal->first : NULL; v; v = v->next)
        if (!str_eq(v->key, STR("Off"))) {
            *out = v->key;
            break;
        }
    return OK;
}

static rc put_state(struct pdf_update *u, const struct pdf_filling *f, const struct pdf_value *widget, const char *key)
{
    str on = STR("Off");
    if (f->fill->ticked)
        TRY(on_name(u, widget, &on));
    buf_printf(u->out, " /%s ", key);
    pdf_put_name(u->out, on);
    return OK;
}

/* A widget that is not the field itself has no value. `value`: where the field's stands. */
static rc write_object(struct pdf_update *u, const struct pdf_filling *f, struct pdf_ref ref,
                       const struct pdf_value *dict, bool value, bool shown)
{
    str dropped[2];
    size_t n = 0;
    if (value)
        dropped[n++] = STR("V");
    if (shown)
        dropped[n++] = f->box ? STR("AS") : STR("AP");
    TRY(pdf_update_open(u, ref));
    buf_put(u->out, STR("<<"));
    pdf_put_entries_but(u->out, dict, dropped, n);
    if (value && f->box) {
        const struct pdf_object *widget;
        TRY(pdf_object(u->doc, f->field->widget.num, u->rev, &widget));
        TRY(put_state(u, f, widget->value, "V"));
    } else if (value) {
        buf_put(u->out, STR(" /V "));
        pdf_put_text(u->out, f->fill->value);
    }
    if (shown && f->box) {
        TRY(put_state(u, f, dict, "AS"));
    } else if (shown) {
        buf_put(u->out, STR(" /AP << /N "));
        pdf_put_ref(u->out, f->look);
        buf_put(u->out, STR(" >>"));
    }
    buf_put(u->out, STR(" >>"));
    pdf_update_close(u);
    return OK;
}

rc pdf_fill_write(struct pdf_update *u, const struct pdf_filling *f)
{
    const struct pdf_value *kids;
    const struct pdf_field *field = f->field;
    bool itself = field->widget.num == field->ref.num;
    TRY(write_object(u, f, field->ref, field->dict, true, itself));
    if (itself || !field->widget.num)
        return OK;
    TRY(pdf_entry_resolved(u->doc, field->dict, STR("Kids"), u->rev, &kids));
    for (const struct pdf_value *v = kids->first; v; v = v->next) {
        const struct pdf_object *widget;
        TRY(pdf_object(u->doc, v->ref.num, u->rev, &widget));
        TRY(write_object(u, f, widget->ref, widget->value, false, true));
    }
    return OK;
}
