#pragma once

#include <haulwatch/engine/external_sorter.hpp>
#include <haulwatch/event.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace haulwatch {

/// What listeners know in the end: each event once, in its last revision, without those that were taken back.
///
/// Memory: bounded; what does not fit goes to temporary files. Texts stay views. Threads: as a container.
/// \throws FileError from the spill files
class FinalView {
 public:
  explicit FinalView(std::size_t memory_bytes) : versions_{memory_bytes / 2}, last_{memory_bytes / 2} {}

  void add(const Event& event) { versions_.add({event, count_++}); }

  /// Calls `take(const Event&)` with what is left, in the order of all outputs.
  template <class Take>
  void give(Take&& take) {
    bool any = false;
    Version newest;
    versions_.drain([&](const Version& version) {
      if (any && newest.event.id != version.event.id && !newest.event.retracted) last_.add(newest.event);
      newest = version;
      any = true;
    });
    if (any && !newest.event.retracted) last_.add(newest.event);
    last_.drain(std::forward<Take>(take));
  }

 private:
  struct Version {
    Event event;
    std::uint64_t order = 0;
  };
  struct ByIdAndRevision {
    bool operator()(const Version& a, const Version& b) const noexcept {
      if (a.event.id != b.event.id) return a.event.id < b.event.id;
      if (a.event.revision != b.event.revision) return a.event.revision < b.event.revision;
      return a.order < b.order;
    }
  };
  struct InOrder {
    bool operator()(const Event& a, const Event& b) const noexcept { return happens_before(a, b); }
  };

  ExternalSorter<Version, ByIdAndRevision> versions_;
  ExternalSorter<Event, InOrder> last_;
  std::uint64_t count_ = 0;
};

}  // namespace haulwatch
