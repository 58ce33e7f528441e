#include "confine.h"

#include "../convert/buf.h"
#include "sanitized.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <link.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- limits ---- */

/* A request of 32 MB takes up to 210 MB (see MAX_BODY_BYTES in claudeproxy(8)), and 3 seconds. */
#define DATA_LEAST (480u << 20)
#define DATA_PER_BODY_BYTE 15
#define CPU_SECONDS 120

/* As far as the hard limit lets us. */
static void limit(int resource, rlim_t most)
{
	struct rlimit is;

	if (getrlimit(resource, &is) != 0)
		return;
	is.rlim_cur = most < is.rlim_max ? most : is.rlim_max;
	setrlimit(resource, &is);
}

/* Not under a sanitizer, which maps what no limit allows. */
static void limit_memory(const struct settings *settings)
{
#ifndef SANITIZED
	rlim_t for_body = (rlim_t)settings->max_body_bytes * DATA_PER_BODY_BYTE;

	limit(RLIMIT_DATA, for_body > DATA_LEAST ? for_body : DATA_LEAST);
#else
	(void)settings;
#endif
}

void confine_cpu(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) == 0)
		limit(RLIMIT_CPU, (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 +
			CPU_SECONDS);
}

/* ---- files and ports: Landlock ---- */

/*
 * The kernel's interface, in the numbers of linux/landlock.h: headers of today's distributions do
 * not know all of it. Each ABI has added rights behind those of the one before.
 */
enum {
	WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_FOLDER = 1 << 3, REMOVE_FILE = 1 << 5,
	MAKE_FILE = 1 << 8, TRUNCATE = 1 << 14,
};
enum { BIND = 1, CONNECT = 2 };
enum { ABSTRACT_SOCKETS = 1, SIGNALS = 2 };
enum { PATH_BENEATH = 1, NET_PORT = 2 };

struct ruleset {
	uint64_t files, ports, scoped;
};

struct path_beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

struct net_port {
	uint64_t allowed, port;
};

struct landlock {
	struct ruleset handled;
	int fd;
	struct slice folder;	/* of the library before: nearly all are in one */
};

static void allow_path(struct landlock *landlock, const char *path, uint64_t access)
{
	struct path_beneath rule = { .allowed = access & landlock->handled.files };

	rule.fd = path ? open(path, O_PATH | O_CLOEXEC) : -1;
	if (rule.fd < 0)
		return;
	/* A file has none of a folder's rights. */
	if (syscall(SYS_landlock_add_rule, landlock->fd, PATH_BENEATH, &rule, 0) != 0) {
		rule.allowed &= WRITE_FILE | READ_FILE | TRUNCATE;
		syscall(SYS_landlock_add_rule, landlock->fd, PATH_BENEATH, &rule, 0);
	}
	close(rule.fd);
}

static void allow_port(struct landlock *landlock, unsigned port)
{
	struct net_port rule = { CONNECT, port };

	if (landlock->handled.ports & CONNECT)
		syscall(SYS_landlock_add_rule, landlock->fd, NET_PORT, &rule, 0);
}

/* The folder of a library that is loaded: wherever they are, others may be looked for there. */
static int allow_library(struct dl_phdr_info *info, size_t size, void *to)
{
	const char *slash = strrchr(info->dlpi_name, '/');
	struct slice folder = { info->dlpi_name, slash ? (size_t)(slash - info->dlpi_name) : 0 };
	struct landlock *landlock = to;
	char *path;

	(void)size;
	if (folder.len == 0 || slice_same(folder, landlock->folder))
		return 0;
	landlock->folder = folder;
	path = slice_copy(folder);
	allow_path(landlock, path, READ_FILE | READ_FOLDER);
	free(path);
	return 0;
}

static void allow_paths(struct landlock *landlock, const struct settings *settings)
{
	/*
	 * Names, certificates, libraries for names, services' sockets, the log. Those of /etc that
	 * stand there one by one may be links to elsewhere (WSL, NixOS, openSUSE).
	 */
	static const char *const system[] = {
		"/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf",
		"/etc/gai.conf", "/etc/ssl/certs", "/etc/ssl/cert.pem",
		"/etc", "/run", "/var/run", "/usr/lib", "/usr/lib64", "/usr/share",
		"/usr/local/lib", "/usr/local/share", "/lib", "/lib64", "/dev/urandom",
		"/dev/null", "/proc/self", "/sys/devices/system/cpu",
	};
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);

	for (size_t i = 0; i < COUNT(system); i++)
		allow_path(landlock, system[i], READ_FILE | READ_FOLDER);
	allow_path(landlock, curl->cainfo, READ_FILE);
	allow_path(landlock, curl->capath, READ_FILE | READ_FOLDER);
	dl_iterate_phdr(allow_library, landlock);
	allow_path(landlock, settings->ssl_cert_file, READ_FILE);
	allow_path(landlock, settings->ssl_cert_dir, READ_FILE | READ_FOLDER);
	allow_path(landlock, settings->cache_directory, READ_FILE | READ_FOLDER | WRITE_FILE |
		MAKE_FILE | REMOVE_FILE | TRUNCATE);
}

static void allow_ports(struct landlock *landlock, const struct settings *settings)
{
	allow_port(landlock, settings->base.port);
	allow_port(landlock, 53);	/* long answers to look-ups come over TCP */
	for (size_t i = 0; i < settings->proxy_count; i++)
		allow_port(landlock, settings->proxy_ports[i]);
}

/* The rights that each ABI knows: fewer are handled by an older kernel. */
static struct ruleset rights_of(int abi)
{
	static const uint64_t files[] = { 0, 0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF };

	return (struct ruleset){
		.files = files[abi < 5 ? abi : 5],
		.ports = abi >= 4 ? BIND | CONNECT : 0,
		.scoped = abi >= 6 ? ABSTRACT_SOCKETS | SIGNALS : 0,
	};
}

static void miss(struct confined *confined, const char *what)
{
	if (what)
		confined->missing[confined->count++] = what;
}

/* What is missing; NULL: nothing. */
static const char *confine_files(const struct settings *settings)
{
	static const char nothing[] = "no Landlock: files and ports stay open";
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	struct landlock landlock = { 0 };
	bool restricted;

	if (abi < 1)
		return nothing;
	landlock.handled = rights_of(abi);
	landlock.fd = (int)syscall(SYS_landlock_create_ruleset, &landlock.handled,
		abi >= 6 ? sizeof(struct ruleset) : abi >= 4 ? offsetof(struct ruleset, scoped) :
		offsetof(struct ruleset, ports), 0);
	if (landlock.fd < 0)
		return nothing;
	allow_paths(&landlock, settings);
	allow_ports(&landlock, settings);
	restricted = syscall(SYS_landlock_restrict_self, landlock.fd, 0) == 0;
	close(landlock.fd);
	return !restricted ? nothing : abi < 4 ? "an old Landlock: ports stay open" : NULL;
}

/* ---- system calls: seccomp ---- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define END(verdict) BPF_STMT(BPF_RET | BPF_K, verdict)
#define REFUSE(call, error) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), \
	END(SECCOMP_RET_ERRNO | (error))
#define NO(call) REFUSE(call, EPERM)

/*
 * A list of what is refused, not of what is allowed: libraries begin to use new calls with every
 * release, and what is refused here no library needs for a connection and a file.
 */
static bool confine_calls(void)
{
#ifdef ARCHITECTURE
	static struct sock_filter filter[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		END(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
#ifdef X32_BIT
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
		END(SECCOMP_RET_KILL_PROCESS),
		NO(fork), NO(vfork), NO(chmod), NO(symlink), NO(link),
#endif
		/* Other programs, and the memory of other processes. */
		NO(execve), NO(execveat), NO(process_vm_readv), NO(process_vm_writev),
		NO(pidfd_open), NO(pidfd_getfd), NO(kill), NO(tkill),
		/* Parts of the kernel that nothing here needs. */
		NO(mount), NO(umount2), NO(pivot_root), NO(chroot), NO(unshare), NO(setns), NO(bpf),
		NO(perf_event_open), NO(io_uring_setup), NO(userfaultfd), NO(add_key),
		NO(request_key), NO(keyctl), NO(init_module), NO(finit_module), NO(delete_module),
		NO(kexec_load), NO(open_by_handle_at), NO(personality), NO(reboot), NO(swapon),
		/* A server, and other owners of files. */
		NO(listen), NO(accept), NO(accept4), NO(fchmod), NO(fchmodat), NO(fchown),
		NO(fchownat), NO(symlinkat), NO(linkat), NO(mknodat),
#ifndef SANITIZED		/* their leak check is a process that traces this one */
		NO(ptrace),
		/*
		 * A thread for a look-up, but no process: what clone3 is asked for cannot be seen
		 * here, and the C library then takes clone.
		 */
		REFUSE(clone3, ENOSYS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
		END(SECCOMP_RET_ERRNO | EPERM),
#endif
		END(SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
	return false;
#endif
}

struct confined confine(const struct settings *settings)
{
	struct confined confined = { 0 };

	if (settings->confine == CHOICE_OFF)
		return confined;
	limit_memory(settings);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		miss(&confined, "no PR_SET_NO_NEW_PRIVS: nothing but limits");
		return confined;
	}
	miss(&confined, confine_files(settings));
	if (!confine_calls())
		miss(&confined, "no filter of system calls");
	return confined;
}
