#include <haulwatch/io/nmea/fragment_assembler.hpp>

#include <algorithm>

namespace haulwatch::io::nmea {

FragmentAssembler::Step FragmentAssembler::add(const Fragment& fragment) noexcept {
  if (fragment.count == 1) {
    letters_ = fragment.letters;
    heard_ = fragment.heard;
    return Step::whole;
  }
  Slot* slot = fragment.number == 1 ? &begin(fragment) : find(fragment);
  if (slot == nullptr) return Step::out_of_order;
  if (slot->next != fragment.number || fragment.letters.size() > slot->letters.size() - slot->size) {
    slot->count = 0;
    ++given_up_;
    return Step::out_of_order;
  }
  std::copy(fragment.letters.begin(), fragment.letters.end(), slot->letters.begin() + static_cast<long>(slot->size));
  slot->size += fragment.letters.size();
  slot->last_used = ++clock_;
  if (slot->heard == no_time) slot->heard = fragment.heard;
  if (slot->next++ < slot->count) return Step::waits;
  slot->count = 0;
  letters_ = {slot->letters.data(), slot->size};
  heard_ = slot->heard;
  return Step::whole;
}

FragmentAssembler::Slot* FragmentAssembler::find(const Fragment& fragment) noexcept {
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return slot.count == fragment.count && slot.sequence == fragment.sequence && slot.channel == fragment.channel;
  });
  return found == slots_.end() ? nullptr : &*found;
}

/// A first sentence begins anew, whatever is left of an older message with the same marks.
FragmentAssembler::Slot& FragmentAssembler::begin(const Fragment& fragment) noexcept {
  Slot* slot = find(fragment);
  if (slot == nullptr) {
    slot = &*std::min_element(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) {
      const bool a_is_free = a.count == 0;
      const bool b_is_free = b.count == 0;
      return a_is_free != b_is_free ? a_is_free : a.last_used < b.last_used;
    });
  }
  if (slot->count != 0) ++given_up_;
  slot->size = 0;
  slot->heard = no_time;
  slot->count = fragment.count;
  slot->next = 1;
  slot->sequence = fragment.sequence;
  slot->channel = fragment.channel;
  return *slot;
}

}  // namespace haulwatch::io::nmea
