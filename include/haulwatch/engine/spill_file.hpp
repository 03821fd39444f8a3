#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace haulwatch {

/// A nameless temporary file for what does not fit into memory; gone when closed, or when the process dies.
///
/// In the folder named by `TMPDIR`, else `/tmp`. \throws FileError with the folder and the cause (a full disk, say).
class SpillFile {
 public:
  SpillFile();
  ~SpillFile();
  SpillFile(SpillFile&&) noexcept;
  SpillFile& operator=(SpillFile&&) noexcept;

  /// Appends; \returns where the bytes stand.
  std::uint64_t append(const void* bytes, std::size_t size);
  void read(std::uint64_t offset, void* bytes, std::size_t size) const;

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace haulwatch
