#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace haulwatch::io {

/// Gives the bytes of one input from its first to its last, in blocks, uncompressed.
///
/// Threads: one at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Puts the next bytes into the front of `into`, which is best 256 KiB to 1 MiB long, and returns how many they are;
  /// 0 at the end of the input and there only.
  /// \throws FileError naming input, cause and place. All that was readable before the fault has then been given by
  /// earlier calls, and a further call throws again.
  virtual std::size_t read(std::span<char> into) = 0;

  /// What messages call this input: its path, or `standard input`.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;

  /// Bytes taken from the file itself, so compressed ones where it is compressed.
  [[nodiscard]] virtual std::uint64_t consumed() const noexcept = 0;

  /// Length of the file itself, where it has one (a pipe has none).
  [[nodiscard]] virtual std::optional<std::uint64_t> total() const noexcept = 0;
};

/// Opens a file, or standard input when `path` is `-`. Gzip, of one member or several, is known by its first two bytes
/// whatever the name, and is unpacked on the way.
/// \throws FileError naming path and cause
[[nodiscard]] std::unique_ptr<ByteSource> open_bytes(const std::string& path);

/// The bytes of `content`, plain or gzip as with a file. `content` must outlive the source.
[[nodiscard]] std::unique_ptr<ByteSource> bytes_in_memory(std::string_view content, std::string name = "memory");

}  // namespace haulwatch::io
