/* The parts of mkview among themselves. One compiler per file, one thread. All memory is the arena's. */
#ifndef RISE_TOOLS_MKVIEW_COMPILER_H
#define RISE_TOOLS_MKVIEW_COMPILER_H

#include "base/vec.h"
#include "mkview.h"

enum { BLOCKS_MAX = 64, ELEMENTS_MAX = 128 };

/* ---- markup: where in the HTML we are ---- */
enum markup_state {
    M_TEXT,
    M_LT, /* behind < */
    M_TAG_NAME,
    M_CLOSE_NAME, /* behind </ */
    M_TAG,        /* between attributes */
    M_ATTR_NAME,
    M_ATTR_EQ,    /* behind the name, an = may follow */
    M_ATTR_VALUE, /* behind = */
    M_DOUBLE,     /* inside "…" */
    M_SINGLE,     /* inside '…' */
    M_UNQUOTED,
    M_BANG, /* <!doctype …> */
    M_COMMENT,
};

struct attribute {
    str name;
    str value; /* source text, expressions included */
    size_t at;
    bool dynamic;   /* the value holds an expression */
    bool sometimes; /* stands inside an {{if}} of its tag */
    bool bare;      /* without = */
    bool letters;   /* the value has literal letters */
};

struct element {
    str name;
    size_t at;
    bool verbatim;   /* translate="no" or lang="…" here or above: literal text is allowed */
    bool keep_space; /* pre, textarea */
    bool in_label;
    bool needs_csrf;
    bool has_csrf;
};

/* Which branch of which {{if}} something stands in, so that two branches may use the same id. */
struct branch {
    int block, arm;
    const struct branch *up;
};

struct control { /* input, select, textarea that needs a label */
    str name;
    str id; /* p == NULL: none */
    size_t at;
};

struct known_id {
    str id;
    const struct branch *where;
};

struct markup {
    enum markup_state state;
    struct element stack[ELEMENTS_MAX];
    int depth;
    str tag; /* the tag being read */
    size_t tag_at;
    VEC(struct attribute) attributes;
    size_t token; /* where the name or value being read began */
    struct attribute attribute;
    bool entity;        /* inside &name; */
    bool url_started;   /* something of the address stands already */
    bool slash;         /* a / was read before the > */
    bool reported_text; /* one message per run of untranslated text */
    bool space;         /* white space waits for the decision whether it counts */
    bool after_block;   /* what was written last needs no white space behind it */
    VEC(struct control) controls;
    VEC(str) label_for;
    VEC(struct known_id) ids;
};

/* ---- blocks: {{view}} {{if}} {{for}} … {{end}} ---- */
enum block_kind { B_VIEW, B_IF, B_LOOP, B_LAYOUT };

struct block {
    enum block_kind kind;
    size_t at;
    int number;
    bool in_else;            /* a final {{else}} was seen */
    enum markup_state state; /* markup when the block began */
    int depth;
    size_t token, tag_at;
    bool after_block, after_all, url_started, url_any;
    const struct branch *branch; /* what was in force outside */
    str call;                    /* B_LAYOUT: "name" and "(args)" for the closing call */
    str args;
};

struct compiler {
    struct arena *arena;
    const char *file;
    str source;
    size_t at; /* read position */
    struct buf *c, *h, *messages;
    int n_errors;
    struct buf literal; /* static output not yet written to c */
    struct markup markup;
    struct block blocks[BLOCKS_MAX];
    int n_blocks;
    int blocks_made;
    const struct branch *branch;
    str view_name, view_params;
    bool view_has_body, view_body_seen, view_made;
    rc error; /* E_LIMIT, E_NOMEM: give up */
};

enum context { CTX_NONE, CTX_TEXT, CTX_ATTR, CTX_URL_START, CTX_URL_PART };

/* message.c */
void fail_at(struct compiler *m, size_t at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void place(const struct compiler *m, size_t at, int *line, int *column);

/* markup.c */
void markup_begin(struct compiler *m);
void markup_char(struct compiler *m, size_t at, size_t n); /* one character of the source */
void markup_settle(struct compiler *m);                    /* before a {{: names end, waiting white space is decided */
enum context markup_context(const struct compiler *m);
void markup_dynamic(struct compiler *m); /* an expression was written here */
void markup_end(struct compiler *m);     /* end of a view: everything closed, every control labelled */
void markup_csrf(struct compiler *m, size_t at);
void markup_flow(struct compiler *m); /* a component was written: it may hold anything */

/* rules.c */
struct element check_tag(struct compiler *m); /* of the tag just read; its element */
void check_close(struct compiler *m, const struct element *e);

/* elements.c */
bool element_known(str name);
bool element_void(str name);
bool element_block(str name);    /* white space beside its tags does not show */
bool element_closes_p(str name); /* the HTML parser would close an open p */
bool attribute_url(str name);
bool attribute_language(str name); /* its value is read to people */

/* scan.c */
bool scan_tag(struct compiler *m, size_t open, str *inside, size_t *after); /* from {{ to the matching }} */
str scan_word(str *rest);
bool scan_literal(str *rest, struct buf *decoded, str *source); /* a C string literal at the front of rest */
size_t scan_expression(str s, char stop);                       /* length up to a top-level `stop` */

/* emit.c */
void emit_line(struct compiler *m, size_t at);
void emit_flush(struct compiler *m); /* static output first */
void emit_literal(struct compiler *m, const char *p, size_t n);
void emit_expression(struct compiler *m, enum context ctx, size_t at, str expr);
void emit_message(struct compiler *m, enum context ctx, size_t at, str rest); /* {{t …}} */
void emit_plural(struct compiler *m, enum context ctx, size_t at, str rest);  /* {{n …}} */

/* tags.c */
void tag(struct compiler *m, size_t at, str inside);

#endif
