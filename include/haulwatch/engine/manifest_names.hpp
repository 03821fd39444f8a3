#pragma once

#include <haulwatch/detect/manifest_shelf.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/registry/registry.hpp>

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace haulwatch {

/// Looks up what manifests name in one registry. Memory: some 40 B a site and a permit. Threads: immutable.
class ManifestNames {
 public:
  /// \param registry outlives this
  explicit ManifestNames(const registry::Registry& registry) {
    for (const registry::Site& site : registry.sites()) add(sites_, site.id);
    for (const registry::Permit& permit : registry.permits()) add(permits_, permit.id);
  }

  /// The number of the permit and one; 0 for a name that the registry does not have.
  [[nodiscard]] std::uint32_t permit_and_one(std::string_view id) const noexcept { return find(permits_, id); }

  /// \param id the manifest's, kept by whoever keeps the note
  [[nodiscard]] detect::Note note(const Manifest& manifest, std::string_view id) const noexcept {
    detect::Note note;
    note.id = id;
    note.at = manifest.at;
    note.opened_at = manifest.opened_at;
    note.closed_at = manifest.closed_at.value_or(no_time);
    note.voided_at = manifest.voided_at.value_or(no_time);
    note.permit_and_one = find(permits_, manifest.permit);
    note.origin_and_one = find(sites_, manifest.origin);
    note.destination_and_one = find(sites_, manifest.destination);
    return note;
  }

 private:
  using Numbers = std::unordered_map<std::string_view, std::uint32_t>;

  static void add(Numbers& numbers, std::string_view id) {
    numbers.emplace(id, static_cast<std::uint32_t>(numbers.size()) + 1);
  }
  static std::uint32_t find(const Numbers& numbers, std::string_view id) noexcept {
    const auto found = numbers.find(id);
    return found == numbers.end() ? 0 : found->second;
  }

  Numbers sites_;
  Numbers permits_;
};

}  // namespace haulwatch
