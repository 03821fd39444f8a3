#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include <unistd.h>

namespace haulwatch::io::testing {

/// A path in a folder of its own, which goes when the test ends.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& name = "out") {
    std::string pattern = (std::filesystem::temp_directory_path() / "haulwatch-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder for scratch files: " + pattern};
    folder_ = pattern;
    path_ = (folder_ / name).string();
  }
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  [[nodiscard]] std::string content() const {
    std::ifstream in{path_, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

 private:
  std::filesystem::path folder_;
  std::string path_;
};

}  // namespace haulwatch::io::testing
