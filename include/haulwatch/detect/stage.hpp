#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/track/sample.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace haulwatch::detect {

using track::Sample;

class ManifestShelf;

/// What is true around one vehicle at the event time being judged.
struct World {
  const registry::Registry& registry;
  std::string_view vehicle;
  const geo::LocalFrame& frame;  ///< the sample's local metres are in this frame
  bool registry_frame = false;   ///< and it is the registry's: else every registered place is far away
  std::span<const registry::PermitIndex> permits{};  ///< every permit that names the vehicle, in force or not
  ManifestShelf* manifests = nullptr;  ///< what is known of this vehicle's by now; null where the run has none at all
};

/// What a stage may say: events, and when it wants to be woken.
///
/// Events go into the shard's list, which grows to its working size once. Threads: belongs to one shard.
class Emit {
 public:
  /// Everything of an event that its stage decides; the rest is known from where it was emitted.
  struct Content {
    EventKind kind{};
    SubjectId subject{};
    TimeUtc time = no_time;
    std::optional<LonLat> place;
    bool inferred = false;
    std::uint16_t revision = 0;
    bool retracted = false;  ///< this revision takes the event back
  };

  template <class Details>
  void event(const Content& content, const Details& details) {
    Event& e = out_->emplace_back();
    e.kind = content.kind;
    e.inferred = content.inferred;
    e.revision = content.revision;
    e.retracted = content.retracted;
    e.registry = registry_version_;
    e.sequence = (*sequence_)++;
    e.id = event_id_of(content.subject, content.kind);
    e.subject = content.subject;
    e.vehicle = vehicle_;
    e.time = content.time;
    e.detected = detected_;
    e.place = content.place;
    e.details = details;
  }

  /// Wakes the stage with `on_timer(deadline)` before any later sample of the vehicle. One deadline a stage: a new one
  /// replaces the old one.
  void wake_at(TimeUtc deadline) noexcept { *deadline_ = deadline; }
  void do_not_wake() noexcept { *deadline_ = no_time; }

  // For the engine, which points it at the vehicle, the moment and the stage in turn.
  void at_vehicle(std::vector<Event>& out, std::string_view vehicle, std::uint32_t& sequence,
                  std::uint32_t registry_version) noexcept {
    out_ = &out;
    vehicle_ = vehicle;
    sequence_ = &sequence;
    registry_version_ = registry_version;
  }
  void at_moment(TimeUtc detected) noexcept { detected_ = detected; }
  void at_stage(TimeUtc& deadline) noexcept { deadline_ = &deadline; }

 private:
  std::vector<Event>* out_ = nullptr;
  std::uint32_t* sequence_ = nullptr;
  TimeUtc* deadline_ = nullptr;
  std::string_view vehicle_;
  TimeUtc detected_ = no_time;
  std::uint32_t registry_version_ = 0;
};

/// What the stages before, and the stage itself, have found at this moment: the only way in which stages speak.
///
/// `get<F>()` reads the finding of an earlier stage by its type; asking for one that no earlier stage gives does not
/// compile. `found()` is the stage's own, to be written. A stage that finds nothing declares `using Finding =
/// NoFinding;`.
template <class Own, class... Earlier>
class Facts {
 public:
  Facts(Own& own, const Earlier&... earlier) noexcept : own_{own}, earlier_{earlier...} {}

  template <class F>
  [[nodiscard]] const F& get() const noexcept {
    static_assert((std::is_same_v<F, Earlier> || ...), "no earlier stage of the chain gives this finding");
    return std::get<const F&>(earlier_);
  }
  [[nodiscard]] Own& found() noexcept { return own_; }

 private:
  Own& own_;
  std::tuple<const Earlier&...> earlier_;
};

/// For a stage that only emits events.
template <class Stage>
struct NoFinding {};

/// Stands in for any `Facts` where the concept below needs one.
template <class S>
struct AnyFacts {
  template <class F>
  [[nodiscard]] const F& get() const noexcept;
  [[nodiscard]] typename S::Finding& found() noexcept;
};

/// A step of the chain that sees one vehicle's samples in event-time order.
///
/// The stage itself holds options only and is shared by all vehicles of a shard; what it knows of one vehicle is its
/// `State`, trivially copyable so that a checkpoint is a copy. `on_timer` fires at a deadline that the stage set, with
/// exactly that deadline and before any later sample, for silence is evidence too. A stage that keeps local points also
/// has `rebase(State&, from, to)`, called when the vehicle's frame changes.
template <class S>
concept Stage = std::is_trivially_copyable_v<typename S::State> && std::is_default_constructible_v<typename S::State> &&
    std::is_default_constructible_v<typename S::Finding> &&
    requires(const S& stage, typename S::State& state, const Sample& sample, TimeUtc deadline, const World& world,
             AnyFacts<S>& facts, Emit& emit) {
  stage.on_sample(state, sample, world, facts, emit);
  stage.on_timer(state, deadline, world, facts, emit);
};

}  // namespace haulwatch::detect
