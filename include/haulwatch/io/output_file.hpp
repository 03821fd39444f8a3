#pragma once

#include <string>
#include <string_view>

namespace haulwatch::io {

/// A file to which results go, or standard output under the name `-`.
///
/// Each failure is a `FileError` that names the file and the cause, thrown at the moment it happens: when opening, when
/// a full buffer (64 KiB) goes out, at `flush` and at `close`. What was written before stays in the file; its last line
/// may be cut short. After a failure nothing more is tried, and every further call throws the same again. A pipe whose
/// reader has gone is such a failure only where the program ignores SIGPIPE.
///
/// Memory: 64 KiB, no allocation after construction. Threads: one at a time.
class OutputFile {
 public:
  /// Creates the file or empties the one that is there. \throw FileError
  explicit OutputFile(std::string path);

  /// Writes what is left, but cannot tell of a failure: call `close` to be told.
  ~OutputFile();

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  /// \throw FileError; also when closed
  void write(std::string_view bytes);

  /// Hands all that was written to the operating system. \throw FileError
  void flush();

  /// Flushes and closes; standard output stays open. Calling it again does nothing. \throw FileError
  void close();

  /// Whether a write can still succeed: neither closed nor failed.
  [[nodiscard]] bool good() const noexcept { return descriptor_ >= 0 && failure_.empty(); }

  /// As given, or `standard output`.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  [[noreturn]] void fail(std::string_view action, int cause);
  void require_good() const;

  std::string name_;
  std::string buffer_;
  std::string failure_;
  int descriptor_ = -1;
};

}  // namespace haulwatch::io
