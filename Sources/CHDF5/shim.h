#ifndef INPUTS_CHDF5_SHIM_H
#define INPUTS_CHDF5_SHIM_H

#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

/* Swift does not import HDF5's macros that call H5open first, nor its versioned names. */

static inline hid_t shim_H5T_NATIVE_FLOAT(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t shim_H5T_NATIVE_DOUBLE(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t shim_H5T_NATIVE_INT8(void) { return H5T_NATIVE_INT8; }
static inline hid_t shim_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t shim_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t shim_H5T_STD_I8LE(void) { return H5T_STD_I8LE; }
static inline hid_t shim_H5T_STD_I64LE(void) { return H5T_STD_I64LE; }
static inline hid_t shim_H5T_NATIVE_INT64(void) { return H5T_NATIVE_INT64; }
static inline size_t shim_H5T_VARIABLE(void) { return H5T_VARIABLE; }
static inline hid_t shim_H5T_C_S1(void) { return H5T_C_S1; }
static inline hid_t shim_H5P_DEFAULT(void) { return H5P_DEFAULT; }
static inline hid_t shim_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t shim_H5P_LINK_CREATE(void) { return H5P_LINK_CREATE; }
static inline hid_t shim_H5S_ALL(void) { return H5S_ALL; }

/* The error stack is kept for each thread, so printing is turned off at every entry. */
static inline void shim_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

/* Files are written under a name of their own and moved into place, so nobody reads a file that is
   being written and locks protect nothing. They only fail where a process that was started meanwhile
   still holds the descriptor, and on file systems without locks. */
static inline hid_t shim_file_access(void) {
  hid_t list = H5Pcreate(H5P_FILE_ACCESS);
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(list, 0, 1);
#endif
  return list;
}

static inline hid_t shim_create_file(const char *path) {
  hid_t list = shim_file_access();
  hid_t file = H5Fcreate(path, H5F_ACC_EXCL, H5P_DEFAULT, list);
  H5Pclose(list);
  return file;
}

static inline hid_t shim_open_file(const char *path) {
  hid_t list = shim_file_access();
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, list);
  H5Pclose(list);
  return file;
}

static inline htri_t shim_is_hdf5(const char *path) { return H5Fis_hdf5(path); }

static inline hid_t shim_open_dataset(hid_t where, const char *name) {
  return H5Dopen2(where, name, H5P_DEFAULT);
}

/* 0 a hard link, 1 a soft link, 2 an external or user-defined link, -1 a failure. */
static inline int shim_link_kind(hid_t group, const char *name) {
  H5L_info_t info;
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
  if (info.type == H5L_TYPE_HARD) return 0;
  return info.type == H5L_TYPE_SOFT ? 1 : 2;
}

typedef int (*shim_name_taker)(void *list, const char *name);

struct shim_names {
  void *list;
  shim_name_taker take;
};

static inline herr_t shim_take_name(
    hid_t group, const char *name, const H5L_info_t *info, void *names) {
  struct shim_names *all = (struct shim_names *)names;
  (void)group, (void)info;
  return all->take(all->list, name);
}

/* Calls `take` with the name of every link of the group, in order; negative on a failure. */
static inline herr_t shim_link_names(hid_t group, void *list, shim_name_taker take) {
  struct shim_names names = {list, take};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, shim_take_name, &names);
}

/* The place of an object in its file, all ones on a failure. */
static inline unsigned long long shim_object_address(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info1_t info;
  if (H5Oget_info1(object, &info) < 0) return ~0ULL;
#else
  H5O_info_t info;
  if (H5Oget_info(object, &info) < 0) return ~0ULL;
#endif
  return (unsigned long long)info.addr;
}

/* The process ends with SIGPROF after this many seconds of computing; 0 for never. */
static inline void shim_limit_computing(long seconds) {
  struct itimerval limit = {{0, 0}, {seconds, 0}};
  setitimer(ITIMER_PROF, &limit, NULL);
}

/* Allocations beyond `bytes` fail, and an end by a signal leaves no memory image behind. */
static inline void shim_limit_memory(unsigned long long bytes) {
  struct rlimit data = {bytes, bytes}, image = {0, 0};
  setrlimit(RLIMIT_DATA, &data);
  setrlimit(RLIMIT_CORE, &image);
}

/* A signal to all processes of a terminal or a job is for the one that asks. */
static inline void shim_ignore_signals(void) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGQUIT, SIG_IGN);
}

#endif
