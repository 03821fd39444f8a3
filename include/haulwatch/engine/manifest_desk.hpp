#pragma once

#include <haulwatch/detect/manifest_shelf.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

namespace haulwatch {

/// One vehicle's manifests inside an engine: versions that its fold has not come to, and the shelf of those that it
/// has.
///
/// Of versions known at one instant the one with the newest time in it counts as later: a manifest is closed after it
/// was opened. Of equals the one that came later does. Threads: belongs to one shard.
struct ManifestDesk {
  detect::ManifestShelf shelf;
  std::deque<Manifest> waiting;  ///< in the order in which they became known
  TimeUtc folded = no_time;      ///< the newest instant that the fold has come to

  ManifestDesk() = default;
  explicit ManifestDesk(std::shared_ptr<const detect::ManifestDuty> duty) : shelf{std::move(duty)} {}

  void add(const Manifest& manifest) {
    const auto place =
        std::upper_bound(waiting.begin(), waiting.end(), manifest, [](const Manifest& a, const Manifest& b) {
          return std::pair{a.at, newest(a)} < std::pair{b.at, newest(b)};
        });
    waiting.insert(place, manifest);
  }

  [[nodiscard]] static TimeUtc newest(const Manifest& manifest) noexcept {
    return std::max({manifest.opened_at, manifest.closed_at.value_or(no_time), manifest.voided_at.value_or(no_time)});
  }
};

}  // namespace haulwatch
