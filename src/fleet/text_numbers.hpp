#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace haulwatch::fleet {

/// Numbers texts in the order of their first appearance, for a state that holds no view of anybody's text.
class TextNumbers {
 public:
  explicit TextNumbers(std::vector<std::string>& texts) : texts_{texts} {}
  std::uint32_t operator()(std::string_view text) {
    const auto [known, is_new] = numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.emplace_back(text);
    return known->second;
  }

 private:
  std::vector<std::string>& texts_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace haulwatch::fleet
