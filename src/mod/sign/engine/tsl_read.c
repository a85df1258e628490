#include "mod/sign/engine/tsl.h"

#include "mod/sign/engine/xades_impl.h"

#define NS_TSL     "http://uri.etsi.org/02231/v2#"
#define NS_TSL_EXT "http://uri.etsi.org/02231/v2/additionaltypes#"
#define NS_SIE     "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
#define SVC        "http://uri.etsi.org/TrstSvc/Svctype/"
#define STATUS     "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
#define STATUS_OLD "http://uri.etsi.org/TrstSvc/eSigDir-1999-93-EC-TrustedList/Svcstatus/"
#define FOR_USE    "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/For"

struct reading {
    struct arena *a;
    struct tsl *list;
    str provider;
    struct err *err;
};

static rc no_list(struct reading *r, const char *what)
{
    TRY(arena_rc(r->a)); /* what could not be kept must not look like what is missing */
    return ERR(r->err, E_INVALID, "SIG-611", N_("This is no trusted list that can be read: {1}."), str_of(what));
}

static rc too_many(struct reading *r)
{
    return ERR(r->err, E_LIMIT, "SIG-614", N_("The trusted list has too many services."));
}

/* ---- its signature ---- */

static rc check_signature(struct reading *r, const struct xades *x, struct cert *const *pinned, size_t n_pinned)
{
    struct xades_check k;
    if (x->n != 1)
        return no_list(r, "Signature");
    TRY(xades_verify(r->a, x, 0, NULL, 0, pinned, n_pinned, &k));
    if (k.outcome != XADES_VALID || k.form != XADES_ENVELOPED)
        return ERR(r->err, E_INVALID, "SIG-612", N_("The signature of the trusted list does not hold: {1}."),
                   str_of(xades_outcome_name(k.outcome)));
    r->list->signer = k.cert;
    for (size_t i = 0; i < n_pinned; i++)
        if (cert_same(pinned[i], k.cert))
            return OK;
    return ERR(r->err, E_INVALID, "SIG-613", N_("The trusted list is not signed by its scheme operator, but by {1}."),
               cert_name_text(r->a, k.cert->subject));
}

/* ---- values ---- */

static str text_of(struct reading *r, const struct xml_node *n, const char *name)
{
    str s = xml_text(r->a, xml_only(n, NS_TSL, name));
    return s.p ? str_trim(s) : STR_EMPTY;
}

/* A name in several languages: the first. */
static str name_of(struct reading *r, const struct xml_node *n, const char *name)
{
    str s = xml_text(r->a, xml_child(xml_only(n, NS_TSL, name), NS_TSL, "Name"));
    return s.p ? str_trim(s) : STR_EMPTY;
}

/* ---- one service ---- */

static bool use_of(str type, enum sign_use *out)
{
    *out = str_eq(type, STR(SVC "CA/QC")) ? USE_SIGNATURES : USE_STAMPS;
    return *out == USE_SIGNATURES || str_eq(type, STR(SVC "TSA/QTST")) || str_eq(type, STR(SVC "TSA"));
}

static bool is_granted(str status)
{
    static const str rows[] = {
        STR_INIT(STATUS "granted"),
        STR_INIT(STATUS "undersupervision"),
        STR_INIT(STATUS "supervisionincessation"),
        STR_INIT(STATUS "accredited"),
        STR_INIT(STATUS_OLD "undersupervision"),
        STR_INIT(STATUS_OLD "supervisionincessation"),
        STR_INIT(STATUS_OLD "accredited"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_eq(status, rows[i]))
            return true;
    return false;
}

static bool is_known_extension(const struct xml_node *e)
{
    const struct xml_node *inner = xml_first(e);
    if (!inner)
        return false;
    return xml_is(inner, NS_TSL, "AdditionalServiceInformation") ||
           xml_is(inner, NS_TSL, "ExpiredCertsRevocationInfo") || xml_is(inner, NS_TSL_EXT, "TakenOverBy") ||
           xml_is(inner, NS_SIE, "Qualifications");
}

/* What its extensions allow (TS 119 612 section 5.5.9). */
static bool is_usable(struct reading *r, const struct xml_node *info)
{
    const struct xml_node *list = xml_child(info, NS_TSL, "ServiceInformationExtensions");
    size_t uses = 0;
    size_t ours = 0;
    for (const struct xml_node *e = list ? xml_first(list) : NULL; e; e = xml_next(e)) {
        str critical = xml_attr(r->a, e, "Critical");
        if ((str_eq(critical, STR("true")) || str_eq(critical, STR("1"))) && !is_known_extension(e))
            return false;
        str uri = text_of(r, xml_child(e, NS_TSL, "AdditionalServiceInformation"), "URI");
        if (!str_starts(uri, STR(FOR_USE)))
            continue;
        uses++;
        ours += str_eq(uri, STR(FOR_USE "eSignatures")) || str_eq(uri, STR(FOR_USE "eSeals"));
    }
    return uses == 0 || ours > 0;
}

/* Of the service's information as it is, or as it was. */
static rc add_period(struct reading *r, const struct xml_node *info, enum sign_use use, struct tsl_service *s)
{
    enum sign_use then;
    struct sign_period p;
    if (s->n_periods == TSL_PERIODS_MAX)
        return too_many(r);
    bool same = use_of(text_of(r, info, "ServiceTypeIdentifier"), &then) && then == use;
    p.granted = same && is_usable(r, info) && is_granted(text_of(r, info, "ServiceStatus"));
    if (instant_parse(text_of(r, info, "StatusStartingTime"), &p.from) != OK)
        return no_list(r, "StatusStartingTime");
    size_t at = s->n_periods++;
    for (; at > 0 && s->periods[at - 1].from < p.from; at--)
        s->periods[at] = s->periods[at - 1];
    s->periods[at] = p;
    return OK;
}

static rc read_periods(struct reading *r, const struct xml_node *service, const struct xml_node *info,
                       struct tsl_service *s)
{
    s->periods = ARENA_ARRAY(r->a, TSL_PERIODS_MAX, struct sign_period);
    if (!s->periods)
        return arena_failed(r->a);
    TRY(add_period(r, info, s->use, s));
    const struct xml_node *history = xml_child(service, NS_TSL, "ServiceHistory");
    for (const struct xml_node *h = history ? xml_first(history) : NULL; h; h = xml_next(h))
        if (xml_is(h, NS_TSL, "ServiceHistoryInstance"))
            TRY(add_period(r, h, s->use, s));
    return OK;
}

/* A certificate that cannot be read is left out: nothing leads to it. */
static rc add_cert(struct reading *r, const struct xml_node *id, const struct tsl_service *s)
{
    struct cert *c = NULL;
    const struct xml_node *text = xml_child(id, NS_TSL, "X509Certificate");
    str der = text ? xades_unbase64(r->a, xml_text(r->a, text)) : STR_EMPTY;
    TRY(arena_rc(r->a));
    if (!der.p || der.n == 0)
        return OK;
    rc read = cert_read(r->a, der, &c, NULL);
    TRY(arena_rc(r->a));
    if (read != OK)
        return read == E_NOMEM ? read : OK;
    if (r->list->n == TSL_SERVICES_MAX)
        return too_many(r);
    r->list->services[r->list->n] = *s;
    r->list->services[r->list->n++].cert = c;
    return OK;
}

static rc read_service(struct reading *r, const struct xml_node *service)
{
    const struct xml_node *info = xml_only(service, NS_TSL, "ServiceInformation");
    struct tsl_service s = {.provider = r->provider, .name = name_of(r, info, "ServiceName")};
    if (!info)
        return no_list(r, "ServiceInformation");
    if (!use_of(text_of(r, info, "ServiceTypeIdentifier"), &s.use))
        return arena_rc(r->a);
    TRY(read_periods(r, service, info, &s));
    const struct xml_node *identity = xml_only(info, NS_TSL, "ServiceDigitalIdentity");
    for (const struct xml_node *id = identity ? xml_first(identity) : NULL; id; id = xml_next(id))
        TRY(add_cert(r, id, &s));
    return OK;
}

/* ---- the list ---- */

static rc read_providers(struct reading *r, const struct xml_node *root)
{
    const struct xml_node *list = xml_only(root, NS_TSL, "TrustServiceProviderList");
    for (const struct xml_node *p = list ? xml_first(list) : NULL; p; p = xml_next(p)) {
        r->provider = name_of(r, xml_only(p, NS_TSL, "TSPInformation"), "TSPName");
        const struct xml_node *services = xml_only(p, NS_TSL, "TSPServices");
        for (const struct xml_node *s = services ? xml_first(services) : NULL; s; s = xml_next(s))
            TRY(read_service(r, s));
    }
    return OK;
}

static rc read_scheme(struct reading *r, const struct xml_node *root)
{
    const struct xml_node *info = xml_only(root, NS_TSL, "SchemeInformation");
    const struct xml_node *next = xml_only(info, NS_TSL, "NextUpdate");
    struct tsl *l = r->list;
    int64_t version;
    if (str_to_i64(text_of(r, info, "TSLVersionIdentifier"), &version) != OK || version < 5 || version > 6)
        return no_list(r, "TSLVersionIdentifier");
    if (str_to_i64(text_of(r, info, "TSLSequenceNumber"), &l->sequence) != OK)
        return no_list(r, "TSLSequenceNumber");
    if (instant_parse(text_of(r, info, "ListIssueDateTime"), &l->issued) != OK)
        return no_list(r, "ListIssueDateTime");
    l->has_next = next && xml_first(next);
    if (!next || (l->has_next && instant_parse(text_of(r, next, "dateTime"), &l->next_update) != OK))
        return no_list(r, "NextUpdate");
    if (l->issued < l->signer->not_before || l->issued > l->signer->not_after)
        return ERR(r->err, E_INVALID, "SIG-612", N_("The signature of the trusted list does not hold: {1}."),
                   STR("certificate out of date"));
    l->scheme = name_of(r, info, "SchemeName");
    l->territory = text_of(r, info, "SchemeTerritory");
    return arena_rc(r->a);
}

rc tsl_read(struct arena *a, str bytes, struct cert *const *pinned, size_t n_pinned, struct tsl **out, struct err *err)
{
    struct reading r = {.a = a, .list = ARENA_NEW(a, struct tsl), .err = err};
    struct xades *x;
    if (!r.list)
        return arena_failed(a);
    r.list->services = ARENA_ARRAY(a, TSL_SERVICES_MAX, struct tsl_service);
    if (!r.list->services)
        return arena_failed(a);
    TRY(xades_read(a, bytes, &x, err));
    const struct xml_node *root = xml_root(x->xml);
    if (!xml_is(root, NS_TSL, "TrustServiceStatusList"))
        return no_list(&r, "TrustServiceStatusList");
    TRY(check_signature(&r, x, pinned, n_pinned));
    TRY(read_scheme(&r, root));
    TRY(read_providers(&r, root));
    *out = r.list;
    return OK;
}
