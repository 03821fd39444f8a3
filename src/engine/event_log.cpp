#include <haulwatch/engine/event_log.hpp>

#include <array>
#include <cassert>
#include <cstring>
#include <type_traits>
#include <utility>
#include <variant>

namespace haulwatch {

namespace {

using track::Block;

/// The part of an event that each kind has.
struct Head {
  std::uint16_t size = 0;  ///< of the whole record, bytes
  EventKind kind{};
  std::uint8_t alternative = 0;  ///< of the details
  bool inferred = false;
  bool retracted = false;
  bool told = false;
  bool has_place = false;
  std::uint16_t revision = 0;
  std::uint32_t registry = 0;
  std::uint32_t sequence = 0;
  SubjectId subject{};
  TimeUtc time = no_time;
  TimeUtc detected = no_time;
};
static_assert(std::is_trivially_copyable_v<Head>);

Head head_at(const std::byte* at) noexcept {
  Head head;
  std::memcpy(&head, at, sizeof head);
  return head;
}

using Details = decltype(Event::details);

template <std::size_t I>
void read_details(const std::byte* at, Details& details) noexcept {
  std::memcpy(&details.emplace<I>(), at, sizeof(std::variant_alternative_t<I, Details>));
}

template <std::size_t... I>
void read_details(std::size_t alternative, const std::byte* at, Details& details,
                  std::index_sequence<I...> /*all*/) noexcept {
  ((alternative == I ? read_details<I>(at, details) : void()), ...);
}

/// The longest record, of the longest details.
template <std::size_t... I>
constexpr std::size_t longest(std::index_sequence<I...> /*all*/) noexcept {
  std::size_t most = 0;
  ((most =
        sizeof(std::variant_alternative_t<I, Details>) > most ? sizeof(std::variant_alternative_t<I, Details>) : most),
   ...);
  return sizeof(Head) + sizeof(LonLat) + most;
}
using Alternatives = std::make_index_sequence<std::variant_size_v<Details>>;
constexpr std::size_t longest_record = longest(Alternatives{});
static_assert(longest_record <= Block::capacity);

}  // namespace

void EventLog::append(const LoggedEvent& logged, track::BlockPool& pool) {
  const Event& event = logged.event;
  std::array<std::byte, longest_record> record;
  Head head;
  head.kind = event.kind;
  head.alternative = static_cast<std::uint8_t>(event.details.index());
  head.inferred = event.inferred;
  head.retracted = event.retracted;
  head.told = logged.told;
  head.has_place = event.place.has_value();
  head.revision = event.revision;
  head.registry = event.registry;
  head.sequence = event.sequence;
  head.subject = event.subject;
  head.time = event.time;
  head.detected = event.detected;
  std::size_t size = sizeof head;
  const auto put = [&](const auto& part) {
    std::memcpy(record.data() + size, &part, sizeof part);
    size += sizeof part;
  };
  if (event.place) put(*event.place);
  std::visit(put, event.details);
  head.size = static_cast<std::uint16_t>(size);
  std::memcpy(record.data(), &head, sizeof head);

  if (last_ == nullptr || last_->used + size > Block::capacity) {
    Block* block = pool.take();
    block->previous = last_;
    (last_ != nullptr ? last_->next : first_) = block;
    last_ = block;
  }
  std::memcpy(last_->bytes.data() + last_->used, record.data(), size);
  last_->used += static_cast<std::uint32_t>(size);
  ++last_->count;
  ++end_;
}

std::size_t EventLog::size_of_record(const std::byte* at) noexcept {
  return head_at(at).size;
}

const std::byte* EventLog::read_record(const std::byte* at, LoggedEvent& logged) noexcept {
  const Head head = head_at(at);
  const std::byte* end = at + head.size;
  Event& event = logged.event;
  logged.told = head.told;
  event.kind = head.kind;
  event.inferred = head.inferred;
  event.retracted = head.retracted;
  event.revision = head.revision;
  event.registry = head.registry;
  event.sequence = head.sequence;
  event.subject = head.subject;
  event.id = event_id_of(head.subject, head.kind);
  event.time = head.time;
  event.detected = head.detected;
  at += sizeof head;
  event.place.reset();
  if (head.has_place) {
    std::memcpy(&event.place.emplace(), at, sizeof(LonLat));
    at += sizeof(LonLat);
  }
  read_details(head.alternative, at, event.details, Alternatives{});
  return end;
}

bool EventLog::find_last(SubjectId subject, EventKind kind, std::uint64_t below, LoggedEvent& found) const noexcept {
  const std::byte* last = nullptr;
  std::uint64_t number = begin_;
  for (const Block* block = first_; block != nullptr; block = block->next) {
    const std::byte* at = block->bytes.data();
    for (std::uint32_t i = 0; i < block->count && number < below; ++i, ++number) {
      const Head head = head_at(at);
      if (head.subject == subject && head.kind == kind) last = at;
      at += head.size;
    }
  }
  if (last != nullptr) read_record(last, found);
  return last != nullptr;
}

bool EventLog::has_episode(SubjectId subject, std::uint64_t below) const noexcept {
  std::uint64_t number = begin_;
  for (const Block* block = first_; block != nullptr; block = block->next) {
    const std::byte* at = block->bytes.data();
    for (std::uint32_t i = 0; i < block->count && number < below; ++i, ++number) {
      const Head head = head_at(at);
      if (head.subject == subject) return true;
      at += head.size;
    }
  }
  return false;
}

void EventLog::cut_from(std::uint64_t from, track::BlockPool& pool) noexcept {
  assert(from >= begin_);
  while (last_ != nullptr && end_ - last_->count >= from) {
    Block* gone = last_;
    end_ -= gone->count;
    last_ = gone->previous;
    (last_ != nullptr ? last_->next : first_) = nullptr;
    pool.give_back(gone);
  }
  if (last_ == nullptr || end_ == from) return;
  const auto kept = static_cast<std::uint32_t>(last_->count - (end_ - from));
  std::uint32_t used = 0;
  for (std::uint32_t i = 0; i < kept; ++i)
    used += static_cast<std::uint32_t>(size_of_record(last_->bytes.data() + used));
  last_->count = kept;
  last_->used = used;
  end_ = from;
}

void EventLog::drop_first(track::BlockPool& pool) noexcept {
  Block* gone = first_;
  first_ = gone->next;
  begin_ += gone->count;
  (first_ != nullptr ? first_->previous : last_) = nullptr;
  pool.give_back(gone);
}

void EventLog::swap(EventLog& other) noexcept {
  std::swap(first_, other.first_);
  std::swap(last_, other.last_);
  std::swap(begin_, other.begin_);
  std::swap(end_, other.end_);
}

}  // namespace haulwatch
