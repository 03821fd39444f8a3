#include <haulwatch/io/output_file.hpp>

#include <haulwatch/error.hpp>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace haulwatch::io {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

std::string reason(const std::string& name, std::string_view action, int cause) {
  return name + ": " + std::string{action} + ": " + std::system_category().message(cause);
}

int open_for_writing(const std::string& path) noexcept {
  constexpr mode_t shared_by_umask = 0666;
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, shared_by_umask);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

/// \return 0, or the cause
int write_all(int descriptor, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

OutputFile::OutputFile(std::string path)
    : name_{path == "-" ? "standard output" : path}, descriptor_{path == "-" ? STDOUT_FILENO : open_for_writing(path)} {
  if (descriptor_ < 0) throw FileError{reason(name_, "cannot open for writing", errno)};
  buffer_.reserve(buffer_size);
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  if (failure_.empty()) write_all(descriptor_, buffer_);
  if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : name_{std::move(other.name_)},
      buffer_{std::move(other.buffer_)},
      failure_{std::move(other.failure_)},
      descriptor_{std::exchange(other.descriptor_, -1)} {}

void OutputFile::write(std::string_view bytes) {
  require_good();
  if (buffer_.size() + bytes.size() > buffer_size) flush();
  if (bytes.size() < buffer_size) {
    buffer_ += bytes;
  } else if (const int cause = write_all(descriptor_, bytes); cause != 0) {
    fail("cannot write", cause);
  }
}

void OutputFile::flush() {
  require_good();
  const int cause = write_all(descriptor_, buffer_);
  buffer_.clear();
  if (cause != 0) fail("cannot write", cause);
}

void OutputFile::close() {
  if (descriptor_ < 0 && failure_.empty()) return;
  flush();
  const int descriptor = std::exchange(descriptor_, -1);
  // EINTR leaves the descriptor closed on Linux: no second try.
  if (descriptor != STDOUT_FILENO && ::close(descriptor) != 0 && errno != EINTR) fail("cannot close", errno);
}

void OutputFile::fail(std::string_view action, int cause) {
  failure_ = reason(name_, action, cause);
  throw FileError{failure_};
}

void OutputFile::require_good() const {
  if (!failure_.empty()) throw FileError{failure_};
  if (descriptor_ < 0) throw FileError{name_ + ": cannot write: already closed"};
}

}  // namespace haulwatch::io
