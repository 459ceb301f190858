namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// A setting by its name in a configuration, in which <c>*</c> stands for a name that an operator chooses and <c>#</c> for a number in a
/// list. <paramref name="Default"/> is null where it follows from other things, and where there is none.
/// </summary>
internal sealed record KnownSetting(string Name, Type Type, object? Default)
{
    private readonly string[] _parts = Name.Split(':');

    public bool Matches(string name)
    {
        var parts = name.Split(':');
        return parts.Length == _parts.Length
            && parts.Zip(_parts).All(pair => pair.Second is "*" or "#" || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}
