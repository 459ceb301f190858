namespace FederatedIdentity.Domain.Keys;

/// <summary>
/// The life cycle of signing keys as pure rules: one key signs, one that every verifier has had time to learn stands ready, and those
/// that signed stay published as long as their tokens may live. Ask for a step, take it, and ask again until there is none.
/// </summary>
/// <remarks>
/// The key with the highest number is never removed, so that the next number, and with it a <c>kid</c>, is never used twice: a verifier
/// may remember a key longer than we do.
/// </remarks>
public static class SigningKeyCycle
{
    /// <summary>So many retired keys are published at most: a key set has to stay small enough for every client.</summary>
    public const int MaxRetired = 64;

    /// <summary>
    /// What is due <paramref name="now"/>, or null. A replica that is <paramref name="starting"/> says which algorithm it is configured
    /// for; later it follows what is stored. So the replica that started last decides, and replicas of two minds never quarrel.
    /// </summary>
    public static KeyStep? Due(IReadOnlyList<SigningKeyLife> keys, DateTimeOffset now, KeySchedule schedule, bool starting)
    {
        var (currents, nexts) = (Of(keys, SigningKeyState.Current), Of(keys, SigningKeyState.Next));
        if (currents.Count == 0)
        {
            return nexts.Count > 0
                ? new KeyStep.Activate(nexts[0].Kid)
                : new KeyStep.Create(schedule.Algorithm, SigningKeyState.Current);
        }

        // Earlier releases had one for each algorithm that was ever configured. All are published, so any of them may go on.
        var current = currents.FindLast(key => key.Algorithm == schedule.Algorithm) ?? currents[^1];
        if (currents.Find(key => key != current) is { } extra)
        {
            return new KeyStep.Retire(extra.Kid);
        }

        return Succession(current, nexts, schedule, starting) ?? Change(keys, nexts[^1], now, schedule);
    }

    /// <summary>The next step towards a set without <paramref name="kid"/>, whatever it is used for; null once it is not there.</summary>
    public static KeyStep? Without(string kid, IReadOnlyList<SigningKeyLife> keys)
    {
        var nexts = Of(keys, SigningKeyState.Next);
        return keys.FirstOrDefault(key => key.Kid == kid) switch
        {
            null => null,

            // The one that was published longest is known to the most verifiers.
            { State: SigningKeyState.Current } current => nexts.Count > 0
                ? new KeyStep.Activate(nexts[0].Kid)
                : new KeyStep.Create(current.Algorithm, SigningKeyState.Next),
            var key when key.Number == keys.Max(other => other.Number) => new KeyStep.Create(key.Algorithm, SigningKeyState.Next),
            var key => new KeyStep.Remove(key.Kid),
        };
    }

    /// <summary>The key that signs after the current one; null while there is none.</summary>
    public static SigningKeyLife? Successor(IReadOnlyList<SigningKeyLife> keys) => Of(keys, SigningKeyState.Next).LastOrDefault();

    /// <summary>The key that signs; null while there is none.</summary>
    public static SigningKeyLife? Current(IReadOnlyList<SigningKeyLife> keys) => Of(keys, SigningKeyState.Current).LastOrDefault();

    /// <summary>When the key changes by itself; null when it does not.</summary>
    public static DateTimeOffset? NextChange(IReadOnlyList<SigningKeyLife> keys, KeySchedule schedule)
    {
        if (Current(keys) is not { } current || Successor(keys) is not { } next)
        {
            return null;
        }

        var published = Ready(keys, next, schedule);
        return current.Algorithm != next.Algorithm || next.IsOrdered ? published
            : schedule.Rotation == TimeSpan.Zero ? null
            : Later(published, current.SignsSince + schedule.Rotation);
    }

    /// <summary>From when <paramref name="next"/> may sign: every cache has it by then, and the key set has room for the key before.</summary>
    public static DateTimeOffset Ready(IReadOnlyList<SigningKeyLife> keys, SigningKeyLife next, KeySchedule schedule)
    {
        var (published, retired) = (next.CreatedAt + schedule.Publishing, Of(keys, SigningKeyState.Retired));
        return retired.Count < MaxRetired ? published : Later(published, retired.Min(key => key.RemovableAt)!.Value);
    }

    private static KeyStep? Succession(SigningKeyLife current, List<SigningKeyLife> nexts, KeySchedule schedule, bool starting)
    {
        var algorithm = starting ? schedule.Algorithm : nexts is [.., var newest] ? newest.Algorithm : current.Algorithm;
        if (nexts.Find(next => next.Number < current.Number) is { } overtaken)
        {
            return new KeyStep.Remove(overtaken.Kid);
        }

        if (nexts.Count == 0 || nexts[^1].Algorithm != algorithm)
        {
            return new KeyStep.Create(algorithm, SigningKeyState.Next);
        }

        // While the algorithm changes there are two: the newest is to sign next, the oldest is known should the current one be lost.
        return nexts.Count > 2 ? new KeyStep.Remove(nexts[1].Kid) : null;
    }

    private static KeyStep? Change(IReadOnlyList<SigningKeyLife> keys, SigningKeyLife next, DateTimeOffset now, KeySchedule schedule)
    {
        var highest = keys.Max(key => key.Number);
        if (keys.FirstOrDefault(key => key.RemovableAt <= now && key.Number < highest) is { } old)
        {
            return new KeyStep.Remove(old.Kid);
        }

        return NextChange(keys, schedule) <= now ? new KeyStep.Activate(next.Kid) : null;
    }

    private static List<SigningKeyLife> Of(IReadOnlyList<SigningKeyLife> keys, string state) =>
        [.. keys.Where(key => key.State == state).OrderBy(key => key.Number)];

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
