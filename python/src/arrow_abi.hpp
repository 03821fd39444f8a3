#pragma once

#include <cstdint>

// The Arrow C data and stream interfaces, as their specification lays them out
// (https://arrow.apache.org/docs/format/CDataInterface.html, CStreamInterface.html). The guards are the
// specification's: other libraries that bring the same structs are told by them that they are there.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
}

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

extern "C" {

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
}

#endif  // ARROW_C_STREAM_INTERFACE

namespace haulwatch::python {

/// Owns one of the interface's structs: moved from where it was handed over, released once.
template <class Struct>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Struct* handed_over) noexcept : value_{*handed_over} { handed_over->release = nullptr; }
  Owned(Owned&& other) noexcept : value_{other.value_} { other.value_.release = nullptr; }
  Owned& operator=(Owned&& other) noexcept {
    if (this == &other) return *this;
    reset();
    value_ = other.value_;
    other.value_.release = nullptr;
    return *this;
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { reset(); }

  [[nodiscard]] bool is_set() const noexcept { return value_.release != nullptr; }
  /// To be filled by a producer. \pre !is_set()
  [[nodiscard]] Struct* fill() noexcept { return &value_; }
  [[nodiscard]] const Struct& operator*() const noexcept { return value_; }
  [[nodiscard]] const Struct* operator->() const noexcept { return &value_; }
  [[nodiscard]] Struct* get() noexcept { return &value_; }

 private:
  void reset() noexcept {
    if (value_.release != nullptr) value_.release(&value_);
    value_.release = nullptr;
  }
  Struct value_{};
};

}  // namespace haulwatch::python
