/* Calls the fake as it must not be called: misuse LIBRARY NEFF CASE; the fake must abort. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;
static unsigned char *neff;
static size_t neff_size;


static void *function(const char *name) {
  void *f = dlsym(library, name);
  if (f == NULL) exit(3);
  return f;
}

static void *model(void) {
  void *m = NULL;
  long (*load)(const void *, size_t, int32_t, int32_t, void **) = function("nrt_load");
  if ((int)load(neff, neff_size, 0, -1, &m) != 0) exit(4);
  return m;
}

static void *tensor(size_t size) {
  void *t = NULL;
  long (*allocate)(int, int, size_t, const char *, void **) = function("nrt_tensor_allocate");
  if ((int)allocate(0, 0, size, "t", &t) != 0) exit(5);
  return t;
}

static void *load_in_thread(void *unused) {
  (void)unused;
  for (int i = 0; i < 100; i++) model();
  return NULL;
}

static int run(const char *name) {
  char bytes[64] = {0};
  void (*free_tensor)(void **) = function("nrt_tensor_free");
  long (*write)(void *, const void *, size_t, size_t) = function("nrt_tensor_write");
  void (*close_library)(void) = function("nrt_close");
  long (*unload)(void *) = function("nrt_unload");
  if (!strcmp(name, "use-after-free")) {
    void *t = tensor(16), *stale = t;
    free_tensor(&t);
    write(stale, bytes, 0, 16);
  } else if (!strcmp(name, "double-free")) {
    void *t = tensor(16), *stale = t;
    free_tensor(&t);
    free_tensor(&stale);
  } else if (!strcmp(name, "wrong-size")) {
    write(tensor(16), bytes, 8, 16);
  } else if (!strcmp(name, "double-close")) {
    close_library();
    close_library();
  } else if (!strcmp(name, "double-unload")) {
    void *m = model();
    unload(m);
    unload(m);
  } else if (!strcmp(name, "close-with-model")) {
    model();
    close_library();
  } else if (!strcmp(name, "concurrent-loads")) {
    pthread_t a, b;
    pthread_create(&a, NULL, load_in_thread, NULL);
    pthread_create(&b, NULL, load_in_thread, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
  } else if (!strcmp(name, "missing-tensor")) {
    void *in = NULL, *out = NULL;
    long (*allocate)(void **) = function("nrt_allocate_tensor_set");
    long (*execute)(void *, void *, void *) = function("nrt_execute");
    allocate(&in);
    allocate(&out);
    execute(model(), in, out);
  } else {
    return 6;
  }
  return 0; /* nobody aborted */
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) return 3;
  FILE *file = fopen(argv[2], "rb");
  if (file == NULL) return 4;
  fseek(file, 0, SEEK_END);
  neff_size = (size_t)ftell(file);
  rewind(file);
  neff = malloc(neff_size);
  if (fread(neff, 1, neff_size, file) != neff_size) return 4;
  long (*init)(int, const char *, const char *) = function("nrt_init");
  if ((int)init(1, "", "") != 0) return 5;
  return run(argv[3]);
}
