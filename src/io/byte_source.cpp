#include <haulwatch/io/byte_source.hpp>

#include <haulwatch/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

namespace haulwatch::io {
namespace {

constexpr std::array<char, 2> gzip_magic{'\x1f', '\x8b'};
constexpr std::size_t compressed_block = 256U << 10;

[[nodiscard]] bool looks_like_gzip(std::string_view front) noexcept {
  return front.starts_with(std::string_view{gzip_magic.data(), gzip_magic.size()});
}

[[noreturn]] void fail_with_errno(const std::string& name, const std::string& what, int code) {
  throw FileError{name + ": " + what + ": " + std::generic_category().message(code)};
}

class OpenFile {
 public:
  explicit OpenFile(int descriptor) noexcept : descriptor_{descriptor} {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

/// A file or a pipe as it is. A pipe cannot be read twice, so the bytes that tell its kind are kept and given again.
class RawBytes final : public ByteSource {
 public:
  RawBytes(int descriptor, std::string name) : file_{descriptor}, name_{std::move(name)} {
    struct stat status {};
    if (::fstat(file_.descriptor(), &status) != 0) fail_with_errno(name_, "cannot be looked at", errno);
    if (S_ISDIR(status.st_mode)) throw FileError{name_ + ": is a folder, not a file"};
    if (S_ISREG(status.st_mode)) total_ = static_cast<std::uint64_t>(status.st_size);
    while (front_size_ < front_.size()) {
      const std::size_t n = read_file(std::span{front_}.subspan(front_size_));
      if (n == 0) break;
      front_size_ += n;
    }
  }

  [[nodiscard]] std::string_view front() const noexcept { return {front_.data(), front_size_}; }

  std::size_t read(std::span<char> into) override {
    if (front_given_ == front_size_) return read_file(into);
    const std::size_t n = std::min(into.size(), front_size_ - front_given_);
    std::copy_n(front_.data() + front_given_, n, into.data());
    front_given_ += n;
    return n;
  }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] std::uint64_t consumed() const noexcept override { return read_ - (front_size_ - front_given_); }
  [[nodiscard]] std::optional<std::uint64_t> total() const noexcept override { return total_; }

 private:
  std::size_t read_file(std::span<char> into) {
    for (;;) {
      const ssize_t n = ::read(file_.descriptor(), into.data(), into.size());
      if (n >= 0) {
        read_ += static_cast<std::uint64_t>(n);
        return static_cast<std::size_t>(n);
      }
      const int code = errno;
      if (code != EINTR) fail_with_errno(name_, "cannot be read at byte " + std::to_string(read_), code);
    }
  }

  OpenFile file_;
  std::string name_;
  std::optional<std::uint64_t> total_;
  std::uint64_t read_ = 0;
  std::array<char, gzip_magic.size()> front_{};
  std::size_t front_size_ = 0;
  std::size_t front_given_ = 0;
};

class MemoryBytes final : public ByteSource {
 public:
  MemoryBytes(std::string_view content, std::string name) : content_{content}, name_{std::move(name)} {}

  std::size_t read(std::span<char> into) override {
    const std::size_t n = content_.copy(into.data(), into.size(), given_);
    given_ += n;
    return n;
  }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] std::uint64_t consumed() const noexcept override { return given_; }
  [[nodiscard]] std::optional<std::uint64_t> total() const noexcept override { return content_.size(); }

 private:
  std::string_view content_;
  std::string name_;
  std::size_t given_ = 0;
};

/// Unpacks gzip (RFC 1952) by zlib, member after member.
class Gunzip final : public ByteSource {
 public:
  explicit Gunzip(std::unique_ptr<ByteSource> packed) : packed_{std::move(packed)}, block_(compressed_block) {
    constexpr int gzip_only = 16;
    if (::inflateInit2(&stream_, gzip_only + MAX_WBITS) != Z_OK) throw FileError{name() + ": zlib has no memory"};
  }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  ~Gunzip() override { ::inflateEnd(&stream_); }

  std::size_t read(std::span<char> into) override {
    constexpr std::size_t most_at_once = 1U << 30;
    const std::size_t room = std::min(into.size(), most_at_once);
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = static_cast<uInt>(room);
    while (stream_.avail_out > 0 && fault_.empty() && !ended_) step();
    const std::size_t given = room - stream_.avail_out;
    if (given == 0 && !fault_.empty()) throw FileError{fault_};
    return given;
  }
  [[nodiscard]] const std::string& name() const noexcept override { return packed_->name(); }
  [[nodiscard]] std::uint64_t consumed() const noexcept override { return packed_->consumed() - stream_.avail_in; }
  [[nodiscard]] std::optional<std::uint64_t> total() const noexcept override { return packed_->total(); }

 private:
  void step() {
    const bool at_end = stream_.avail_in == 0 && !refill();
    if (!fault_.empty()) return;
    if (between_members_) {
      ended_ = at_end;
      if (at_end || !starts_member()) return;
    }
    // At the end of the packed bytes, too: zlib may still hold unpacked ones back.
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      between_members_ = true;
      ::inflateReset(&stream_);
    } else if (result == Z_BUF_ERROR && at_end) {
      fail("the gzip data end too early");
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      fail(std::string{"the gzip data are broken"} + (stream_.msg != nullptr ? std::string{": "} + stream_.msg : ""));
    }
  }

  /// Archivers pad gzip files with zero bytes; anything else that is no further member is a fault.
  [[nodiscard]] bool starts_member() {
    if (!seen_member_) {
      seen_member_ = true;
    } else if (*stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
      return false;
    } else if (*stream_.next_in != static_cast<Bytef>(gzip_magic[0])) {
      fail("something that is not gzip follows the gzip data");
      return false;
    }
    between_members_ = false;
    return true;
  }

  [[nodiscard]] bool refill() {
    try {
      const std::size_t n = packed_->read(block_);
      stream_.next_in = reinterpret_cast<Bytef*>(block_.data());
      stream_.avail_in = static_cast<uInt>(n);
      return n > 0;
    } catch (const FileError& error) {
      fault_ = error.what();
      return true;
    }
  }

  void fail(const std::string& cause) {
    if (fault_.empty()) fault_ = name() + ": " + cause + " (at compressed byte " + std::to_string(consumed()) + ")";
  }

  std::unique_ptr<ByteSource> packed_;
  std::vector<char> block_;
  z_stream stream_{};
  bool between_members_ = true;
  bool seen_member_ = false;
  bool ended_ = false;
  std::string fault_;
};

}  // namespace

std::unique_ptr<ByteSource> open_bytes(const std::string& path) {
  std::unique_ptr<RawBytes> raw;
  if (path == "-") {
    raw = std::make_unique<RawBytes>(STDIN_FILENO, "standard input");
  } else {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) fail_with_errno(path, "cannot be opened", errno);
    raw = std::make_unique<RawBytes>(descriptor, path);
  }
  if (looks_like_gzip(raw->front())) return std::make_unique<Gunzip>(std::move(raw));
  return raw;
}

std::unique_ptr<ByteSource> bytes_in_memory(std::string_view content, std::string name) {
  auto plain = std::make_unique<MemoryBytes>(content, std::move(name));
  if (looks_like_gzip(content)) return std::make_unique<Gunzip>(std::move(plain));
  return plain;
}

}  // namespace haulwatch::io
