#include <haulwatch/io/jt808/profile_reader.hpp>

#include "../json_document.hpp"
#include "../json_object.hpp"
#include "../whole_file.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace haulwatch::io::jt808 {
namespace {

namespace json = boost::json;

[[nodiscard]] std::string_view view(json::string_view text) noexcept {
  return {text.data(), text.size()};
}

/// A number as `0xE1` or `225`.
[[nodiscard]] std::optional<std::uint16_t> item_number(std::string_view text) noexcept {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  std::uint16_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, is_hex ? 16 : 10);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// `2+1`: two bytes of number, one of length.
[[nodiscard]] std::optional<ItemFraming> framing_of(std::string_view text) noexcept {
  if (text.size() != 3 || text[1] != '+') return std::nullopt;
  const ItemFraming framing{static_cast<std::uint8_t>(text[0] - '0'), static_cast<std::uint8_t>(text[2] - '0')};
  const bool known = (framing.id_bytes == 1 || framing.id_bytes == 2) &&
                     (framing.length_bytes == 1 || framing.length_bytes == 2 || framing.length_bytes == 4);
  return known ? std::optional{framing} : std::nullopt;
}

constexpr std::string_view framing_expected =
    "expected bytes of number + bytes of length: 1+1, 2+1, 1+2, 2+2, 1+4 or 2+4";

/// Reads one document; what is wrong goes to its faults.
class Reader {
 public:
  explicit Reader(ProfileDocument& document) : document_{document} {}

  void read(const json::object& root) {
    const JsonObject profile{root, "", "", document_.faults};
    expect_keys(root, profile,
                {"name", "note", "words", "item_framing", "ignition", "body_lift", "cover_closed", "load", "overload",
                 "faults", "tamper"});
    document_.profile.name = profile.text("name").value_or("");
    if (document_.profile.name.empty()) profile.fault("name", "is missing: a profile has a name");
    read_words(profile);
    read_framings(profile);
    // Status bit 0 is the ignition by the standard, so a profile need not repeat it.
    document_.profile.ignition = Profile::standard().ignition;
    if (const auto flag = read_flag(profile, "ignition")) document_.profile.ignition = flag;
    document_.profile.body_lift = read_flag(profile, "body_lift");
    document_.profile.cover_closed = read_flag(profile, "cover_closed");
    document_.profile.overload = read_flag(profile, "overload");
    document_.profile.load = read_load(profile);
    read_parts(profile, "faults", document_.profile.faults);
    read_parts(profile, "tamper", document_.profile.tampers);
  }

 private:
  static void expect_keys(const json::object& object, const JsonObject& at,
                          std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object) {
      if (view(key).starts_with("//") || std::ranges::find(known, view(key)) != known.end()) continue;
      at.fault(view(key), "there is no such key");
    }
  }

  void read_words(const JsonObject& profile) {
    words_ = {{"status", 0}, {"alarm", 1}};
    const json::object* words = profile.object("words", "an object of words");
    if (words == nullptr) return;
    for (const auto& [key, value] : *words) {
      const std::string name{view(key)};
      const std::string pointer = pointer_to("/words", name);
      if (name.starts_with("//")) continue;
      if (words_.contains(name)) {
        profile.fault_at(pointer, "is a word of every location already");
      } else if (document_.profile.words.size() == Profile::most_words) {
        profile.fault_at(pointer, "is one word too many: 14 are the most");
      } else if (!value.is_object()) {
        profile.fault_at(pointer, "is " + std::string{kind_of(value)} + ", expected an object");
      } else {
        words_[name] = document_.profile.words.size();
        document_.profile.words.push_back(read_word(value.get_object(), pointer));
      }
    }
  }

  Profile::Word read_word(const json::object& object, const std::string& pointer) {
    const JsonObject at{object, pointer, "", document_.faults};
    expect_keys(object, at, {"item", "offset", "bytes", "order", "inside"});
    Profile::Word word;
    word.from = Profile::Word::From::item;
    word.item = read_item(at, "item");
    word.offset = at.count("offset").value_or(0);
    const std::uint32_t bytes = at.count("bytes").value_or(4);
    if (bytes < 1 || bytes > 4) at.fault("bytes", "is " + std::to_string(bytes) + ", expected 1 to 4");
    word.bytes = static_cast<std::uint8_t>(std::clamp(bytes, 1U, 4U));
    const std::string order = at.text("order").value_or("big");
    if (order != "big" && order != "little") at.fault("order", "is neither big nor little");
    word.little_endian = order == "little";
    if (const json::object* inside = at.object("inside", "an object of framing and item")) {
      const JsonObject inner{*inside, at.pointer_of("inside"), "", document_.faults};
      expect_keys(*inside, inner, {"framing", "item"});
      word.inside = framing_of(inner.text("framing").value_or(""));
      if (!word.inside) inner.fault("framing", std::string{framing_expected});
      word.inner_item = read_item(inner, "item");
    }
    return word;
  }

  [[nodiscard]] static std::uint16_t read_item(const JsonObject& at, std::string_view key) {
    const std::optional<std::string> text = at.id(key);
    const std::optional<std::uint16_t> number = text ? item_number(*text) : std::nullopt;
    if (!number) at.fault(key, "is no number of an item, such as \"0xE1\"");
    return number.value_or(0);
  }

  void read_framings(const JsonObject& profile) {
    const json::object* framings = profile.object("item_framing", "an object of item numbers");
    if (framings == nullptr) return;
    for (const auto& [key, value] : *framings) {
      if (view(key).starts_with("//")) continue;
      const std::string pointer = pointer_to("/item_framing", view(key));
      const std::optional<std::uint16_t> item = item_number(view(key));
      const json::string* text = value.if_string();
      const std::optional<ItemFraming> framing = text == nullptr ? std::nullopt : framing_of(view(*text));
      if (!item) profile.fault_at(pointer, "the key is no number of an item, such as 0xE1");
      if (!framing) profile.fault_at(pointer, std::string{framing_expected});
      if (item && framing && !document_.profile.framings.add(*item, *framing)) {
        profile.fault_at(pointer, "is one framing too many: 16 are the most");
      }
    }
  }

  [[nodiscard]] std::optional<Profile::Flag> read_flag(const JsonObject& parent, std::string_view key) {
    const json::object* object = parent.object(key, "an object of word and bit");
    if (object == nullptr) return std::nullopt;
    const JsonObject at{*object, parent.pointer_of(key), "", document_.faults};
    expect_keys(*object, at, {"word", "bit", "bits", "active", "connected"});
    Profile::Flag flag;
    flag.word = read_word_name(at);
    flag.mask = read_mask(at, flag.word);
    flag.active_low = read_active_low(at);
    read_connected(at, flag.connected_word, flag.connected_mask);
    return flag;
  }

  [[nodiscard]] std::size_t read_word_name(const JsonObject& at) const {
    const std::string name = at.text("word").value_or("");
    const auto found = words_.find(name);
    if (found != words_.end()) return found->second;
    at.fault("word", "\"" + name + "\" is neither status, alarm nor one of the words");
    return 0;
  }

  [[nodiscard]] unsigned bits_of(std::size_t word) const noexcept { return 8U * document_.profile.words[word].bytes; }

  [[nodiscard]] std::uint32_t read_mask(const JsonObject& at, std::size_t word) const {
    std::uint32_t mask = 0;
    const auto add = [&](std::optional<std::uint32_t> bit, std::string_view key) {
      if (bit && *bit < bits_of(word)) {
        mask |= 1U << *bit;
      } else {
        at.fault(key, "is no bit of the word, expected 0 to " + std::to_string(bits_of(word) - 1));
      }
    };
    if (at.find("bit") != nullptr) add(at.count("bit"), "bit");
    if (const json::array* bits = at.array("bits", "an array of bits")) {
      for (const json::value& bit : *bits) {
        const auto* number = bit.if_int64();
        add(number != nullptr && *number >= 0 && *number < 32 ? std::optional{static_cast<std::uint32_t>(*number)}
                                                              : std::nullopt,
            "bits");
      }
    }
    if (mask == 0) at.fault("bit", "is missing: which bit, or which bits, is it?");
    return mask;
  }

  [[nodiscard]] static bool read_active_low(const JsonObject& at) {
    const std::string active = at.text("active").value_or("high");
    if (active != "high" && active != "low") at.fault("active", "is neither high nor low");
    return active == "low";
  }

  void read_connected(const JsonObject& at, std::size_t& word, std::uint32_t& mask) {
    const json::object* object = at.object("connected", "an object of word and bit");
    if (object == nullptr) return;
    const JsonObject connected{*object, at.pointer_of("connected"), "", document_.faults};
    expect_keys(*object, connected, {"word", "bit", "bits"});
    word = read_word_name(connected);
    mask = read_mask(connected, word);
  }

  [[nodiscard]] std::optional<Profile::Load> read_load(const JsonObject& profile) {
    const json::object* object = profile.object("load", "an object of word and bit, values or ranges");
    if (object == nullptr) return std::nullopt;
    const JsonObject at{*object, "/load", "", document_.faults};
    expect_keys(*object, at, {"word", "bit", "from_bit", "bits", "values", "scale", "ranges", "connected"});
    Profile::Load load;
    load.word = read_word_name(at);
    const bool has_bit = at.find("bit") != nullptr;
    load.from_bit = at.count(has_bit ? "bit" : "from_bit").value_or(0);
    const std::uint32_t width = has_bit ? 1 : at.count("bits").value_or(bits_of(load.word));
    if (load.from_bit + std::uint64_t{width} > bits_of(load.word) || width == 0) {
      at.fault(has_bit ? "bit" : "bits", "reaches over the word of " + std::to_string(bits_of(load.word)) + " bits");
      return std::nullopt;
    }
    load.mask = width == 32 ? ~0U : (1U << width) - 1U;
    read_connected(at, load.connected_word, load.connected_mask);
    const int kinds = (at.find("values") != nullptr ? 1 : 0) + (at.find("ranges") != nullptr ? 1 : 0);
    if (kinds > 1 || (kinds == 0 && !has_bit)) at.fault_at("/load", "expected either bit alone, values or ranges");
    if (kinds == 0) load.values = {Profile::LoadMeaning::empty, Profile::LoadMeaning::full};
    read_values(at, load);
    read_ranges(at, load);
    return load;
  }

  void read_values(const JsonObject& at, Profile::Load& load) {
    const json::object* values = at.object("values", "an object of numbers");
    if (values == nullptr) return;
    for (const auto& [key, value] : *values) {
      const std::optional<std::uint16_t> number = item_number(view(key));
      const std::string pointer = pointer_to(at.pointer_of("values"), view(key));
      if (number && *number < load.values.size()) {
        load.values[*number] = read_meaning(at, pointer, value);
      } else {
        at.fault_at(pointer, "the key is no number from 0 to 15");
      }
    }
  }

  void read_ranges(const JsonObject& at, Profile::Load& load) {
    load.scale = at.number("scale").value_or(1.0);
    const json::array* ranges = at.array("ranges", "an array of ranges");
    for (std::size_t i = 0; ranges != nullptr && i < ranges->size(); ++i) {
      const std::string pointer = pointer_to(at.pointer_of("ranges"), i);
      const json::object* range = (*ranges)[i].if_object();
      if (range == nullptr) {
        at.fault_at(pointer, "is " + std::string{kind_of((*ranges)[i])} + ", expected an object of below and is");
        continue;
      }
      const JsonObject step{*range, pointer, "", document_.faults};
      expect_keys(*range, step, {"below", "is"});
      const double below = step.number("below").value_or(std::numeric_limits<double>::infinity());
      if (!load.steps.empty() && !(below > load.steps.back().below)) step.fault("below", "does not rise");
      const json::value* meaning = step.find("is");
      load.steps.push_back({below, read_meaning(step, pointer + "/is", meaning == nullptr ? json::value{} : *meaning)});
    }
  }

  [[nodiscard]] static Profile::LoadMeaning read_meaning(const JsonObject& at, const std::string& pointer,
                                                         const json::value& value) {
    using Meaning = Profile::LoadMeaning;
    static const std::map<std::string_view, Meaning> meanings{{"empty", Meaning::empty},
                                                              {"half", Meaning::half},
                                                              {"full", Meaning::full},
                                                              {"fault", Meaning::fault},
                                                              {"unknown", Meaning::unknown}};
    const json::string* text = value.if_string();
    const auto found = text == nullptr ? meanings.end() : meanings.find(view(*text));
    if (found != meanings.end()) return found->second;
    at.fault_at(pointer, "is none of empty, half, full, fault and unknown");
    return Meaning::unknown;
  }

  void read_parts(const JsonObject& profile, std::string_view key,
                  std::array<std::optional<Profile::Flag>, sensor_part_count>& flags) {
    const json::object* object = profile.object(key, "an object of body_lift, cover, load and engine");
    if (object == nullptr) return;
    const JsonObject at{*object, profile.pointer_of(key), "", document_.faults};
    expect_keys(*object, at, {"body_lift", "cover", "load", "engine"});
    for (std::size_t i = 0; i < sensor_part_count; ++i) {
      flags[i] = read_flag(at, name_of(static_cast<SensorPart>(i)));
    }
  }

  ProfileDocument& document_;
  std::map<std::string, std::size_t, std::less<>> words_;
};

}  // namespace

ProfileDocument read_profile(std::string_view json_text) {
  ProfileDocument document;
  JsonReading reading = read_json(json_text);
  document.faults = std::move(reading.faults);
  if (!reading.root) return document;
  if (const json::object* root = reading.root->if_object()) {
    Reader{document}.read(*root);
  } else {
    document.faults.push_back({"", "", "is " + std::string{kind_of(*reading.root)} + ", expected an object"});
  }
  return document;
}

std::shared_ptr<const Profile> load_profile(const std::string& path) {
  ProfileDocument document = read_profile(whole_file(path));
  if (!document.faults.empty()) throw Refused{path, std::move(document.faults)};
  return std::make_shared<const Profile>(std::move(document.profile));
}

}  // namespace haulwatch::io::jt808
