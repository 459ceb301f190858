using System.Collections;
using System.Reflection;
using FederatedIdentity.Providers;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// Every setting there is. Classes of options, which are named <c>…Options</c> and have a constant <c>Section</c>, declare theirs; the few
/// that are read without one are listed here.
/// </summary>
internal static class KnownSettings
{
    private const string Suffix = "Options";

    private static readonly KnownSetting[] _direct =
    [
        new("ConnectionStrings:Postgres", typeof(string), null),
        new("ConnectionStrings:Redis", typeof(string), null),
        new("FederatedIdentity:Postgres:Password", typeof(string), null),
        new("FederatedIdentity:Postgres:PgBouncer", typeof(bool?), null),
        new(IdentityLayout.Setting, typeof(int?), null),
        new(SecretFiles.Setting, typeof(string), null),
    ];

    /// <summary>Bound with the others, but said by our own code.</summary>
    private static readonly string[] _ours = [$"{ProvidersOptions.Section}:{nameof(ProvidersOptions.OwnIssuer)}"];

    public static IReadOnlyList<KnownSetting> All { get; } = [.. _direct, .. Declared().ExceptBy(_ours, setting => setting.Name)];

    public static bool Contains(string name) => All.Any(setting => setting.Matches(name));

    /// <summary>The classes of options that have a section.</summary>
    internal static IEnumerable<(Type Type, string Section)> Classes() =>
        from assembly in new[] { typeof(KnownSettings).Assembly, typeof(ProvidersOptions).Assembly, typeof(StorageServices).Assembly }
        from type in assembly.GetTypes()
        where type.Name.EndsWith(Suffix, StringComparison.Ordinal)
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
        where section is not null
        orderby section, type.Name
        select (type, section);

    private static IEnumerable<KnownSetting> Declared() =>
        Classes().SelectMany(one => Of(one.Section, Activator.CreateInstance(one.Type)!));

    /// <summary>What the binder would fill of an object: whatever can be set, and collections and parts that are there already.</summary>
    private static IEnumerable<KnownSetting> Of(string section, object instance) =>
        from property in instance.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true } || IsCollection(property.PropertyType) || IsPart(property.PropertyType)
        let value = property.GetValue(instance)
        from setting in Of($"{section}:{property.Name}", property.PropertyType, value)
        select setting;

    private static IEnumerable<KnownSetting> Of(string name, Type type, object? value)
    {
        if (IsPart(type))
        {
            return Of(name, value ?? Activator.CreateInstance(type)!);
        }

        if (!IsCollection(type))
        {
            return [new(name, type, value)];
        }

        return type.GetGenericArguments() switch
        {
            [_, var item] => Of($"{name}:*", item, null),
            [var item] => Of($"{name}:#", item, null),
            _ => throw new InvalidOperationException($"{name} is a collection of an unknown kind."),
        };
    }

    private static bool IsCollection(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    private static bool IsPart(Type type) => type.IsClass && type.Name.EndsWith(Suffix, StringComparison.Ordinal);
}
