#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/reason.h"

enum { ENV_MAX = 1024, WORDS_MAX = 65536, WORDS_SHOWN = 400 };

static bool names_same(const char *a, const char *b)
{
    size_t n = strcspn(a, "=");
    return n == strcspn(b, "=") && memcmp(a, b, n) == 0;
}

/* `more` first, then what it does not replace. */
static bool join_env(const char *const *more, char *out[ENV_MAX])
{
    size_t n = 0, own;
    for (; more && more[n]; n++) {
        if (n >= ENV_MAX - 1)
            return false;
        memcpy(&out[n], &more[n], sizeof out[n]); /* posix_spawn does not write to them, but its type says char * */
    }
    own = n;
    for (char **e = environ; *e; e++) {
        bool replaced = false;
        for (size_t i = 0; i < own; i++)
            replaced |= names_same(out[i], *e);
        if (replaced)
            continue;
        if (n >= ENV_MAX - 1)
            return false;
        out[n++] = *e;
    }
    out[n] = NULL;
    return true;
}

static int spawn(pid_t *pid, const char *const *argv, char **env, int out, int words)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_adddup2(&files, words, 2);
    posix_spawnattr_init(&attr);
    sigset_t none, pipe_only; /* our threads block signals and the process ignores SIGPIPE; the child shall not */
    sigemptyset(&none);
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &pipe_only);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    char *const *args;
    memcpy(&args, &argv, sizeof args);
    int e = posix_spawnp(pid, argv[0], &files, &attr, args, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return e;
}

/* One piece from `fd` into `to`; bytes past the cap are read and dropped, so that the child never waits. False at the
 * end. */
static bool take(int fd, struct buf *to)
{
    char piece[4096];
    ssize_t n = read(fd, piece, sizeof piece);
    if (n < 0)
        return errno == EINTR;
    if (n > 0 && to && to->n + (size_t)n <= to->cap)
        buf_putn(to, piece, (size_t)n);
    return n > 0;
}

static void read_both(int out_fd, struct buf *out, int words_fd, struct buf *words)
{
    struct pollfd p[2] = {{.fd = out_fd, .events = POLLIN}, {.fd = words_fd, .events = POLLIN}};
    while (p[0].fd >= 0 || p[1].fd >= 0) {
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return;
        if (p[0].revents && !take(out_fd, out))
            p[0].fd = -1;
        if (p[1].revents && !take(words_fd, words))
            p[1].fd = -1;
    }
}

static rc failed(struct err *err, const char *name, str words)
{
    words = str_trim(words);
    if (words.n > WORDS_SHOWN)
        words = str_sub(words, words.n - WORDS_SHOWN, WORDS_SHOWN);
    return ERR(err, E_IO, "SYS-011", N_("The program {1} failed: {2}"), str_of(name), words);
}

rc proc_run(const char *const *argv, const char *const *env, struct buf *out, struct err *err)
{
    char *all[ENV_MAX];
    int pipes[4];
    if (!join_env(env, all))
        return E_LIMIT;
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return failed(err, argv[0], str_of(sys_reason(errno)));
    FD_SCOPED out_read = pipes[0], out_write = pipes[1];
    if (pipe2(pipes + 2, O_CLOEXEC) != 0)
        return failed(err, argv[0], str_of(sys_reason(errno)));
    FD_SCOPED words_read = pipes[2], words_write = pipes[3];
    pid_t pid;
    int e = spawn(&pid, argv, all, out_write, words_write);
    if (e == ENOENT)
        return ERR(err, E_NOTFOUND, "SYS-010", N_("The program {1} is not installed."), str_of(argv[0]));
    if (e)
        return failed(err, argv[0], str_of(sys_reason(e)));
    fd_close(&out_write);
    fd_close(&words_write);
    BUF_SCOPED words = BUF_INIT(WORDS_MAX);
    read_both(out_read, out, words_read, &words);
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return failed(err, argv[0], str_of(sys_reason(errno)));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return OK;
    return failed(err, argv[0], buf_str(&words));
}
