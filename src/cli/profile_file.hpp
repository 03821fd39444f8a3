#pragma once

#include <haulwatch/io/jt808/profile.hpp>

#include <memory>
#include <string>

namespace haulwatch::cli {

/// The profile that `--profile` names: a file, or one that the program came with, by its name alone.
/// \return nullptr for an empty name
/// \throws Refused when there is none, or with every fault of it
[[nodiscard]] std::shared_ptr<const io::jt808::Profile> find_profile(const std::string& name);

}  // namespace haulwatch::cli
