#pragma once

#include <haulwatch/event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace haulwatch::python {

/// A list that grows in pieces: nothing is ever moved, and no half of it lies empty.
template <class T>
class Pieces {
 public:
  void add(const T& value) {
    if (size_ % piece == 0) pieces_.push_back(std::make_unique_for_overwrite<std::array<T, piece>>());
    (*pieces_.back())[size_ % piece] = value;
    ++size_;
  }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return (*pieces_[i / piece])[i % piece]; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t piece = 256;
  std::vector<std::unique_ptr<std::array<T, piece>>> pieces_;
  std::size_t size_ = 0;
};

/// Events, each in the room that its own kind needs: an `Event` has room for the largest, three times that of most.
///
/// Texts stay views. Memory: about 130 B an event. Threads: as a container.
class EventStore {
 public:
  void add(const Event& event) {
    Head head;
    head.kind = event.kind;
    head.alternative = static_cast<std::uint8_t>(event.details.index());
    head.retracted = event.retracted;
    head.inferred = event.inferred;
    head.has_place = event.place.has_value();
    head.revision = event.revision;
    head.registry = event.registry;
    head.sequence = event.sequence;
    head.id = event.id;
    head.subject = event.subject;
    head.vehicle = event.vehicle;
    head.time = event.time;
    head.detected = event.detected;
    head.place = event.place.value_or(LonLat{});
    std::visit(
        [&]<class Details>(const Details& own) {
          auto& all = std::get<Pieces<Details>>(details_);
          head.details = static_cast<std::uint32_t>(all.size());
          all.add(own);
        },
        event.details);
    heads_.add(head);
  }

  [[nodiscard]] Event at(std::size_t i) const noexcept {
    const Head& head = heads_[i];
    Event event;
    event.kind = head.kind;
    event.retracted = head.retracted;
    event.inferred = head.inferred;
    event.revision = head.revision;
    event.registry = head.registry;
    event.sequence = head.sequence;
    event.id = head.id;
    event.subject = head.subject;
    event.vehicle = head.vehicle;
    event.time = head.time;
    event.detected = head.detected;
    if (head.has_place) event.place = head.place;
    [&]<std::size_t... I>(std::index_sequence<I...> /*all*/) {
      ((head.alternative == I ? void(event.details = std::get<I>(details_)[head.details]) : void()), ...);
    }
    (std::make_index_sequence<std::variant_size_v<decltype(Event::details)>>{});
    return event;
  }

  [[nodiscard]] std::size_t size() const noexcept { return heads_.size(); }
  [[nodiscard]] EventKind kind_at(std::size_t i) const noexcept { return heads_[i].kind; }

 private:
  /// What every kind has.
  struct Head {
    EventKind kind{};
    std::uint8_t alternative = 0;
    bool retracted = false;
    bool inferred = false;
    bool has_place = false;
    std::uint16_t revision = 0;
    std::uint32_t registry = 0;
    std::uint32_t sequence = 0;
    std::uint32_t details = 0;  ///< which of its alternative's
    EventId id{};
    SubjectId subject{};
    std::string_view vehicle;
    TimeUtc time = no_time;
    TimeUtc detected = no_time;
    LonLat place;
  };

  template <class Variant>
  struct PiecesOf;
  template <class... Details>
  struct PiecesOf<std::variant<Details...>> {
    using Type = std::tuple<Pieces<Details>...>;
  };

  Pieces<Head> heads_;
  PiecesOf<decltype(Event::details)>::Type details_;
};

}  // namespace haulwatch::python
