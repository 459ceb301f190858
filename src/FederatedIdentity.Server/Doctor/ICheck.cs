namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// Looks at one part of a deployment and says what it found. It changes nothing, shows no secret, and depends on no other check: what
/// several need is asked once, by the <see cref="Subject"/>.
/// </summary>
internal interface ICheck
{
    /// <summary>Its row when it cannot say anything of its own.</summary>
    string Name { get; }

    Task RunAsync(Subject subject, Findings findings, CancellationToken ct);
}
