#include "sys/reason.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

static const struct {
    int error;
    const char *words;
} reasons[] = {
    {ENOENT, N_("there is no such file or folder")},
    {EACCES, N_("this program may not do that")},
    {EPERM, N_("this program may not do that")},
    {EEXIST, N_("it exists already")},
    {ENOTDIR, N_("a part of the path is not a folder")},
    {EISDIR, N_("it is a folder")},
    {ENODEV, N_("it is no ordinary file")},
    {ENOTEMPTY, N_("the folder is not empty")},
    {ENOSPC, N_("the disk is full")},
    {EDQUOT, N_("the space allotted is used up")},
    {EROFS, N_("the disk can only be read")},
    {EIO, N_("the disk or device failed")},
    {EFBIG, N_("the file would become too large")},
    {ENAMETOOLONG, N_("the path is too long")},
    {ELOOP, N_("too many links lead in a circle")},
    {EMFILE, N_("too many files are open")},
    {ENFILE, N_("too many files are open")},
    {ENOMEM, N_("there is not enough memory")},
    {EPIPE, N_("the reader has gone")},
    {EBADF, N_("it is closed")},
    {EADDRINUSE, N_("the address is in use")},
    {EADDRNOTAVAIL, N_("this machine does not have the address")},
};

const char *sys_reason(int error)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].error == error)
            return reasons[i].words;
    const char *words = strerrordesc_np(error);
    return words ? words : "?";
}

const char *sys_reason_find(str words)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (str_eq(words, str_of(reasons[i].words)))
            return reasons[i].words;
    return NULL;
}
