#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace haulwatch::test {

/// A folder of its own for one test, gone after it; `TMPDIR` is put back as it was.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    if (const char* value = std::getenv("TMPDIR")) before_ = value;
    std::string name = (std::filesystem::temp_directory_path() / "haulwatch-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    path_ = name;
  }
  ~TemporaryFolder() {
    if (before_) {
      setenv("TMPDIR", before_->c_str(), 1);
    } else {
      unsetenv("TMPDIR");
    }
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Whatever is spilled from now on is spilled here.
  void use_for_temporary_files() const { setenv("TMPDIR", path_.c_str(), 1); }

 private:
  std::optional<std::string> before_;
  std::filesystem::path path_;
};

}  // namespace haulwatch::test
