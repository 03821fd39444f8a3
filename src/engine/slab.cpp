#include <haulwatch/engine/detail/slab.hpp>

#include <new>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace haulwatch::detail {

namespace {

constexpr std::size_t line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20U;

std::align_val_t alignment_of(std::size_t bytes) noexcept {
  return std::align_val_t{bytes < huge_page ? line : huge_page};
}

}  // namespace

Slab::Slab(std::size_t bytes)
    : bytes_{bytes}, data_{static_cast<std::byte*>(::operator new(bytes, alignment_of(bytes)))} {
#ifdef __linux__
  // Advice: where it is not taken the pages are small, and all else is the same.
  if (bytes >= huge_page) madvise(data_, bytes / huge_page * huge_page, MADV_HUGEPAGE);
#endif
}

Slab::Slab(Slab&& other) noexcept : bytes_{other.bytes_}, data_{std::exchange(other.data_, nullptr)} {}

Slab::~Slab() {
  if (data_ != nullptr) ::operator delete(data_, alignment_of(bytes_));
}

}  // namespace haulwatch::detail
