#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {

/// The endings by which `track_files` knows a file of tracks, each also with `.gz` behind it.
[[nodiscard]] const std::vector<std::string>& track_file_endings();

/// The files of tracks that an argument of the command line stands for.
///
/// A folder stands for all regular files in it and in the folders under it whose name has one of `endings` (compared
/// without regard to case), in the order of their paths, byte by byte. Names that begin with a dot are passed over, and
/// links to folders are not followed. Anything else, `-` among them, stands for itself, whatever its ending.
/// \throws FileError when a folder cannot be read, or holds no such file
[[nodiscard]] std::vector<std::string> track_files(const std::string& path,
                                                   const std::vector<std::string>& endings = track_file_endings());

/// Those of several arguments, one after the other.
[[nodiscard]] std::vector<std::string> all_track_files(const std::vector<std::string>& paths);

/// The name of a file without folder, `.gz` and one further ending: `cabs/new_abboip.txt.gz` gives `new_abboip`.
[[nodiscard]] std::string_view track_name(std::string_view path) noexcept;

/// The name of the folder in which a file lies; empty when its path names none.
[[nodiscard]] std::string_view folder_name(std::string_view path) noexcept;

}  // namespace haulwatch::io
