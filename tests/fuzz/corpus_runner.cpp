// Runs a fuzz target over the files of a corpus, where there is no libFuzzer: every finding stays found.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator{path}) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string content_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) throw fs::filesystem_error{"cannot read", path, std::make_error_code(std::errc::io_error)};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Copies into memory of exactly that size, so that a sanitizer sees the first byte read behind it.
void run(const std::string& content) {
  const std::vector<std::uint8_t> bytes{content.begin(), content.end()};
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

/// \param argv files, and folders of files
int main(int argc, char** argv) {
  std::size_t files = 0;
  run({});
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& file : files_of(argv[i])) {
      std::cout << file.string() << std::endl;  // flushed, so that a crash names its file
      run(content_of(file));
      ++files;
    }
  }
  std::cout << files << " files\n";
  return files == 0 ? 1 : 0;
}
