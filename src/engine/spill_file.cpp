#include <haulwatch/engine/spill_file.hpp>

#include <haulwatch/error.hpp>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace haulwatch {

namespace {

std::string folder() {
  const char* named = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody here sets the environment
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

[[noreturn]] void fail(const char* what) {
  const std::string why = std::generic_category().message(errno);
  throw FileError{std::string{"temporary file in "} + folder() + ": cannot " + what + ": " + why};
}

}  // namespace

SpillFile::SpillFile() {
  std::string name = folder() + "/haulwatch-XXXXXX";
  descriptor_ = mkstemp(name.data());
  if (descriptor_ < 0) fail("create");
  unlink(name.c_str());
}

SpillFile::~SpillFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, size_{std::exchange(other.size_, 0)} {}

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

std::uint64_t SpillFile::append(const void* bytes, std::size_t size) {
  const std::uint64_t offset = size_;
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = pwrite(descriptor_, next, size, static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("write");
    next += written;
    size -= static_cast<std::size_t>(written);
    size_ += static_cast<std::uint64_t>(written);
  }
  return offset;
}

void SpillFile::read(std::uint64_t offset, void* bytes, std::size_t size) const {
  char* next = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t got = pread(descriptor_, next, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("read");
    next += got;
    size -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
}

}  // namespace haulwatch
