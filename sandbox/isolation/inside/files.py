# Files of a job: written before it runs, read after it ended, wiped before the next.

import errno
import stat

WIPED_AT_MOST = 256  # entries; a fuller folder is not worth wiping: a new sandbox costs less
FILES_AT_MOST = 20000  # each costs memory of the kernel that no limit counts


def put(path, content):
    place = os.path.join(CONFIG["work"], path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with open(os.open(place, flags, 0o644), "wb") as file:
        file.write(content)


def get(path, most):
    """A regular file's bytes, or why there are none. No link on the way is followed."""
    *folders, name = path.split("/")
    at = os.open(CONFIG["work"], os.O_PATH | os.O_DIRECTORY)
    try:
        for folder in folders:
            following = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = following
        # Without O_NONBLOCK a pipe with no writer would be waited for.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    except OSError as error:
        return None, "is a link" if error.errno == errno.ELOOP else error.strerror.lower()
    finally:
        os.close(at)
    about = os.fstat(file)
    if not stat.S_ISREG(about.st_mode):
        os.close(file)
        return None, "is no regular file"
    with open(file, "rb") as opened:
        if about.st_size > most:
            return None, "has %d bytes, more than %d" % (about.st_size, most)
        return opened.read(most), None


def wipe(most=WIPED_AT_MOST):
    """Empties the writable folders. False when there was more in them than that."""
    left = most
    for root in CONFIG["wiped"]:
        os.chmod(root, 0o700)
        moved = 0
        while True:
            entries = list(os.scandir(root))
            if not entries:
                break
            left -= len(entries)
            if left < 0:
                return False
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                    continue
                # Folders inside move up instead of being descended into: no depth is too deep.
                os.chmod(entry.path, 0o700)
                for inner in list(os.scandir(entry.path)):
                    left -= 1
                    if left < 0:
                        return False
                    if inner.is_dir(follow_symlinks=False):
                        os.chmod(inner.path, 0o700)
                        moved += 1
                        os.rename(inner.path, os.path.join(root, ".wiped-%d" % moved))
                    else:
                        os.unlink(inner.path)
                os.rmdir(entry.path)
    return True


def used(most):
    """How many files are in the writable folders, and their bytes; counting stops at `most` files."""
    files = size = 0
    folders = list(CONFIG["wiped"])
    while folders and files <= most:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    files += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            pass  # gone again, or closed to us: then it stays what it was when it was filled
    return files, size
