#pragma once

#include <CLI/CLI.hpp>

#include <map>
#include <string>
#include <utility>

namespace haulwatch::cli {

/// Turns one of some names into its value. CLI11's own transformer prints values beside the names, and those of
/// one-byte enumerations as control characters.
template <class Enum>
[[nodiscard]] CLI::Validator named_choice(std::map<std::string, Enum> choices) {
  std::string names;
  for (const auto& [name, value] : choices) names += (names.empty() ? "" : "|") + name;
  const auto choose = [choices = std::move(choices), names](std::string& text) -> std::string {
    const auto chosen = choices.find(text);
    if (chosen == choices.end()) return "'" + text + "' is none of " + names;
    text = std::to_string(static_cast<int>(chosen->second));
    return {};
  };
  return CLI::Validator{choose, names, "choice"};
}

}  // namespace haulwatch::cli
