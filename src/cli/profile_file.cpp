#include "profile_file.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/jt808/profile_reader.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

namespace haulwatch::cli {

namespace {

namespace fs = std::filesystem;

/// Where profiles lie, seen from the program: beside an installed one, and below a built one.
std::vector<fs::path> profile_folders() {
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown).parent_path();
  if (unknown) return {};
  const fs::path below = "share/haulwatch/profiles/jt808";
  return {program.parent_path() / below, program / below};
}

std::string names_in(const std::vector<fs::path>& folders) {
  std::string names;
  std::error_code none;
  for (const fs::path& folder : folders) {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder, none})
      found.push_back(entry.path().stem().string());
    std::sort(found.begin(), found.end());
    for (const std::string& name : found) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty()) break;
  }
  return names;
}

}  // namespace

std::shared_ptr<const io::jt808::Profile> find_profile(const std::string& name) {
  if (name.empty()) return nullptr;
  std::error_code unknown;
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".json");
  const std::vector<fs::path> folders = profile_folders();
  std::string path = name;
  for (const fs::path& folder : folders)
    if (!is_path && fs::is_regular_file(folder / (name + ".json"), unknown))
      path = (folder / (name + ".json")).string();
  try {
    return io::jt808::load_profile(path);
  } catch (const FileError& error) {
    const std::string known = names_in(folders);
    throw Refused{name,
                  {Fault{{}, {}, std::string{error.what()} + (known.empty() ? "" : "; known by name: " + known)}}};
  }
}

}  // namespace haulwatch::cli
