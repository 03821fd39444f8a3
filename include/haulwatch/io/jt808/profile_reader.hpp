#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/io/jt808/profile.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io::jt808 {

/// A profile, and what is wrong with its document. With any fault the profile is of no meaning.
struct ProfileDocument {
  Profile profile;
  std::vector<haulwatch::Fault> faults;
};

/// Reads a profile from JSON (`docs/terminals.md` has the format). Unknown keys are faults, but for those that begin
/// with `//`, which are comments.
[[nodiscard]] ProfileDocument read_profile(std::string_view json_text);

/// Loads a profile from a file.
/// \throws FileError when it cannot be read, Refused with every fault
[[nodiscard]] std::shared_ptr<const Profile> load_profile(const std::string& path);

}  // namespace haulwatch::io::jt808
