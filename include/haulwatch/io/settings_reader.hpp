#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/units.hpp>

#include <concepts>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace haulwatch::io {

/// What an option may be, in the unit of its key.
struct Allowed {
  double min = 0.0;
  double max = 0.0;
};

/// Why an option has the default that it has, in a line each.
struct Why {
  std::string reason;
  std::string source;  ///< may be empty
};

/// Options of a program by group and key, behind numbers: the part of `SettingsSchema` that knows no type.
class SettingsTable {
 public:
  enum class Kind { number, count, flag };

  struct Option {
    std::string group;
    std::string key;
    Kind kind{};
    Allowed allowed;
    Why why;
    std::function<double(const void* values)> get;
    std::function<void(void* values, double value)> set;
  };

  /// Behind the other options of its group.
  /// \throws Error when the group has such a key
  void add(Option option);
  [[nodiscard]] const std::vector<Option>& options() const noexcept { return options_; }

  [[nodiscard]] std::vector<Fault> read(std::string_view json, void* values) const;
  [[nodiscard]] std::string to_json_text(const void* values) const;

 private:
  std::vector<Option> options_;
};

/// \throws FileError when the file cannot be read
[[nodiscard]] std::string settings_text(const std::string& path);

namespace detail {

/// The double that is written as the float is: 0.1 for 0.1F, not 0.10000000149011612.
[[nodiscard]] double decimal_of(float value) noexcept;

/// How an option's type is written: in the unit that its key names.
template <class T>
struct Plain {
  static constexpr std::string_view suffix{};
  static constexpr SettingsTable::Kind kind = std::same_as<T, bool>   ? SettingsTable::Kind::flag
                                              : std::is_integral_v<T> ? SettingsTable::Kind::count
                                                                      : SettingsTable::Kind::number;
  static_assert(std::is_arithmetic_v<T>, "an option is a number, a flag, a length, a speed or a span of time");
  static double plain(T value) noexcept {
    if constexpr (std::same_as<T, float>) return decimal_of(value);
    return static_cast<double>(value);
  }
  static T typed(double plain) noexcept { return static_cast<T>(plain); }
};

template <>
struct Plain<Metres> {
  static constexpr std::string_view suffix = "_m";
  static constexpr SettingsTable::Kind kind = SettingsTable::Kind::number;
  static double plain(Metres value) noexcept { return value.value(); }
  static Metres typed(double plain) noexcept { return Metres{plain}; }
};

template <>
struct Plain<MetresPerSecond> {
  static constexpr std::string_view suffix = "_mps";
  static constexpr SettingsTable::Kind kind = SettingsTable::Kind::number;
  static double plain(MetresPerSecond value) noexcept { return value.value(); }
  static MetresPerSecond typed(double plain) noexcept { return MetresPerSecond{plain}; }
};

template <>
struct Plain<Milliseconds> {
  static constexpr std::string_view suffix = "_s";
  static constexpr SettingsTable::Kind kind = SettingsTable::Kind::number;
  static double plain(Milliseconds value) noexcept { return static_cast<double>(value.count()) / 1e3; }
  static Milliseconds typed(double plain) noexcept { return milliseconds(plain); }
};

}  // namespace detail

/// Which options a program has, and how to read them from one JSON object of groups, and write them as one.
///
///     SettingsSchema<Settings> schema;
///     schema.group("dwell", &Settings::dwell)
///         .option("radius_m", &DwellOptions::radius, {1, 500}, {"how far a parked receiver wanders", "measured"})
///         .option("min_duration_s", &DwellOptions::min_duration, {1, 86400}, {"shorter halts are traffic", ""});
///
/// Options are `Metres` (keys end in `_m`), `MetresPerSecond` (`_mps`), `Milliseconds` (`_s`: seconds in JSON),
/// numbers, whole numbers and flags. Threads: any number may read at once, once it is put together.
template <class Values>
class SettingsSchema {
 public:
  /// Adds options to one group, in the order in which they are written.
  template <class Reach>
  class Group {
   public:
    Group(SettingsTable& table, std::string name, Reach reach)
        : table_{table}, name_{std::move(name)}, reach_{std::move(reach)} {}

    /// \param key ends in the unit's suffix; a key that does not is a mistake of the program
    /// \throws Error for such a key, for one that stands twice, and for a range beyond the member's type
    template <class T, class Options>
    Group& option(std::string key, T Options::*member, Allowed allowed, Why why) {
      using Plain = detail::Plain<T>;
      if (!key.ends_with(Plain::suffix)) {
        throw Error{"the settings key " + name_ + "." + key + " does not end in " + std::string{Plain::suffix}};
      }
      if constexpr (std::is_integral_v<T>) {
        const bool holds = allowed.min >= static_cast<double>(std::numeric_limits<T>::min()) &&
                           allowed.max <= static_cast<double>(std::numeric_limits<T>::max());
        if (!holds) throw Error{"the range of the setting " + name_ + "." + key + " is beyond its type"};
      }
      table_.add({name_, std::move(key), Plain::kind, allowed, std::move(why),
                  [reach = reach_, member](const void* values) {
                    return Plain::plain(std::invoke(reach, *static_cast<const Values*>(values)).*member);
                  },
                  [reach = reach_, member](void* values, double plain) {
                    std::invoke(reach, *static_cast<Values*>(values)).*member = Plain::typed(plain);
                  }});
      return *this;
    }

    /// A flag is true or false: there is no range to state.
    template <class Options>
    Group& option(std::string key, bool Options::*member, Why why) {
      return option(std::move(key), member, Allowed{0.0, 1.0}, std::move(why));
    }

   private:
    SettingsTable& table_;
    std::string name_;
    Reach reach_;
  };

  /// \param reach how to get from `Values` to the struct of options: a pointer to a member, or a function that takes
  ///        `Values` const or not and returns a reference of the same kind
  template <class Reach>
  Group<Reach> group(std::string name, Reach reach) {
    return {table_, std::move(name), std::move(reach)};
  }

  /// Puts what the document names into `values`, and only when all of it is sound. An unknown group or key, a wrong
  /// type and a value out of range are faults; keys that begin with `//` are comments.
  [[nodiscard]] std::vector<Fault> read(std::string_view json, Values& values) const {
    Values read = values;
    std::vector<Fault> faults = table_.read(json, &read);
    if (faults.empty()) values = std::move(read);
    return faults;
  }

  /// \throws FileError when the file cannot be read
  /// \throws Refused with every fault
  void load(const std::string& path, Values& values) const {
    if (std::vector<Fault> faults = read(settings_text(path), values); !faults.empty()) {
      throw Refused{path, std::move(faults)};
    }
  }

  /// All options in order, each below a comment with its reason, source and range: a document that `read` takes.
  [[nodiscard]] std::string to_json_text(const Values& values) const { return table_.to_json_text(&values); }

 private:
  SettingsTable table_;
};

}  // namespace haulwatch::io
