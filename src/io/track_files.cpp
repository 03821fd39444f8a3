#include <haulwatch/io/track_files.hpp>

#include <haulwatch/error.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace haulwatch::io {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] std::string in_lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

[[nodiscard]] bool ends_as_one_of(const std::string& name, const std::vector<std::string>& endings) {
  const std::string lower = in_lower_case(name);
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
    return lower.ends_with(ending) || lower.ends_with(ending + ".gz");
  });
}

[[nodiscard]] std::string_view base_name(std::string_view path) noexcept {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

void collect(const fs::path& folder, const std::vector<std::string>& endings, std::vector<std::string>& found) {
  for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.')) continue;
    if (entry.is_directory() && !entry.is_symlink()) {
      collect(entry.path(), endings, found);
    } else if (entry.is_regular_file() && ends_as_one_of(name, endings)) {
      found.push_back(entry.path().string());
    }
  }
}

[[nodiscard]] std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

const std::vector<std::string>& track_file_endings() {
  static const std::vector<std::string> endings{".csv",   ".tsv",    ".txt",   ".plt", ".track", ".traj", ".json",
                                                ".jsonl", ".ndjson", ".jt808", ".hex", ".nmea",  ".ais"};
  return endings;
}

std::vector<std::string> track_files(const std::string& path, const std::vector<std::string>& endings) {
  std::error_code unknown;
  if (path == "-" || !fs::is_directory(path, unknown)) return {path};
  std::vector<std::string> found;
  try {
    collect(path, endings, found);
  } catch (const fs::filesystem_error& error) {
    throw FileError{error.path1().string() + ": the folder cannot be read: " + error.code().message()};
  }
  if (found.empty()) throw FileError{path + ": the folder holds no file that ends in " + list_of(endings)};
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> all_track_files(const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const std::string& path : paths)
    for (std::string& file : track_files(path)) all.push_back(std::move(file));
  return all;
}

std::string_view track_name(std::string_view path) noexcept {
  std::string_view name = base_name(path);
  if (name.ends_with(".gz") && name.size() > 3) name.remove_suffix(3);
  const std::size_t dot = name.find_last_of('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string_view folder_name(std::string_view path) noexcept {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string_view::npos) return {};
  return base_name(path.substr(0, slash));
}

}  // namespace haulwatch::io
