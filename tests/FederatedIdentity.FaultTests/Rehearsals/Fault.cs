namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// Something that goes wrong while users are at work, and its end. <paramref name="BeginAsync"/> returns when it has gone wrong;
/// <paramref name="EndAsync"/> when everything stands as before, so that the next fault finds a whole deployment. Nothing may ever be
/// lost; of a fault that <paramref name="IsUnnoticed"/>, users with the SDKs' retries see no error either.
/// </summary>
internal sealed record Fault(string Name, bool IsUnnoticed, Func<Deployment, Task> BeginAsync, Func<Deployment, Task> EndAsync)
{
    /// <summary>A fault that is over when it has happened.</summary>
    public static Fault Once(string name, Func<Deployment, Task> happenAsync) => new(name, true, happenAsync, _ => Task.CompletedTask);

    public override string ToString() => Name;
}
