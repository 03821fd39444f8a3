#include <haulwatch/io/jt808/message_assembler.hpp>

#include <algorithm>
#include <cstring>

namespace haulwatch::io::jt808 {

MessageAssembler::MessageAssembler(std::size_t most_parts)
    : most_parts_{std::clamp(most_parts, std::size_t{1}, std::size_t{none} - 1)},
      chunks_{std::make_unique<Chunk[]>(most_parts_)},
      whole_{std::make_unique<std::uint8_t[]>(most_parts_ * longest_part)} {
  for (std::size_t i = most_parts_; i-- > 0;) {
    chunks_[i].next = free_chunk_;
    free_chunk_ = static_cast<std::uint16_t>(i);
  }
}

MessageAssembler::Step MessageAssembler::add(const Message& part) noexcept {
  const Header& header = part.header;
  Step step;
  if (header.parts == 0 || header.part == 0 || header.part > header.parts || part.body.size() > longest_part) {
    step.fault = Fault::part_number;
    return step;
  }
  if (header.parts > most_parts_) {
    step.fault = Fault::too_many_parts;
    return step;
  }
  // Parts have consecutive serials, which go round at 65,536 (section 4.4.3).
  const auto first_serial = static_cast<std::uint16_t>(header.serial - (header.part - 1));
  Slot* slot = find(header, first_serial);
  if (slot == nullptr) {
    slot = &slot_for(step);
    slot->first_serial = first_serial;
    slot->parts = header.parts;
  }
  slot->header = header;
  slot->last_used = ++clock_;
  if (!holds(*slot, header.part)) keep(*slot, part, step);
  if (slot->held == slot->parts) {
    step.body = join(*slot);
    release(*slot);
  }
  return step;
}

MessageAssembler::Slot* MessageAssembler::find(const Header& header, std::uint16_t first_serial) noexcept {
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return slot.parts == header.parts && slot.first_serial == first_serial && slot.header.id == header.id &&
           slot.header.terminal == header.terminal;
  });
  return found == slots_.end() ? nullptr : &*found;
}

MessageAssembler::Slot& MessageAssembler::slot_for(Step& step) noexcept {
  const auto free = std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.parts == 0; });
  if (free != slots_.end()) return *free;
  Slot& given_up = *oldest(nullptr);
  step.given_up = given_up.header;
  release(given_up);
  return given_up;
}

MessageAssembler::Slot* MessageAssembler::oldest(const Slot* except) noexcept {
  Slot* oldest = nullptr;
  for (Slot& slot : slots_) {
    if (slot.parts != 0 && &slot != except && (oldest == nullptr || slot.last_used < oldest->last_used)) {
      oldest = &slot;
    }
  }
  return oldest;
}

bool MessageAssembler::holds(const Slot& slot, std::uint16_t part) const noexcept {
  for (std::uint16_t i = slot.first_chunk; i != none; i = chunks_[i].next) {
    if (chunks_[i].part == part) return true;
  }
  return false;
}

void MessageAssembler::keep(Slot& slot, const Message& part, Step& step) noexcept {
  if (free_chunk_ == none) {
    // The slot itself holds fewer than all chunks, since it wants one more: another message has the rest.
    Slot& given_up = *oldest(&slot);
    step.given_up = given_up.header;
    release(given_up);
  }
  const std::uint16_t taken = free_chunk_;
  Chunk& chunk = chunks_[taken];
  free_chunk_ = chunk.next;
  if (!part.body.empty()) std::memcpy(chunk.bytes.data(), part.body.data(), part.body.size());
  chunk.size = static_cast<std::uint16_t>(part.body.size());
  chunk.part = part.header.part;
  chunk.next = slot.first_chunk;
  slot.first_chunk = taken;
  ++slot.held;
}

void MessageAssembler::release(Slot& slot) noexcept {
  while (slot.first_chunk != none) {
    const std::uint16_t chunk = slot.first_chunk;
    slot.first_chunk = chunks_[chunk].next;
    chunks_[chunk].next = free_chunk_;
    free_chunk_ = chunk;
  }
  slot.parts = 0;
  slot.held = 0;
}

Bytes MessageAssembler::join(const Slot& slot) noexcept {
  std::size_t size = 0;
  for (std::uint16_t part = 1; part <= slot.parts; ++part) {
    std::uint16_t chunk = slot.first_chunk;
    while (chunks_[chunk].part != part) chunk = chunks_[chunk].next;
    std::memcpy(whole_.get() + size, chunks_[chunk].bytes.data(), chunks_[chunk].size);
    size += chunks_[chunk].size;
  }
  return {whole_.get(), size};
}

std::size_t MessageAssembler::open_count() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.parts != 0; }));
}

std::vector<OpenMessage> MessageAssembler::open_messages() const {
  std::vector<const Slot*> open;
  for (const Slot& slot : slots_) {
    if (slot.parts != 0) open.push_back(&slot);
  }
  std::sort(open.begin(), open.end(), [](const Slot* a, const Slot* b) { return a->last_used < b->last_used; });
  std::vector<OpenMessage> messages;
  for (const Slot* slot : open) {
    OpenMessage& message =
        messages.emplace_back(OpenMessage{slot->header, slot->first_serial, slot->parts, slot->held, {}});
    for (std::uint16_t part = 1; part <= slot->parts; ++part) {
      if (!holds(*slot, part)) message.missing.push_back(part);
    }
  }
  return messages;
}

}  // namespace haulwatch::io::jt808
