namespace FederatedIdentity.Storage;

/// <summary>How far questions wait for each other: so many go together at the most, and none waits longer to be asked.</summary>
internal sealed record BatchLimits(int Most, TimeSpan Patience)
{
    /// <summary>Of what is answered from memory, and of what fails together. Where one has to wait for a disk, others go beside it.</summary>
    public static readonly BatchLimits Usual = new(64, TimeSpan.FromMilliseconds(2));

    /// <summary>
    /// Of what is committed, and can neither fail nor wait because of its neighbours. Whoever went beside a commit would wait for the
    /// same disk, by a statement of its own.
    /// </summary>
    public static readonly BatchLimits OfCommits = new(256, TimeSpan.FromMilliseconds(10));
}
