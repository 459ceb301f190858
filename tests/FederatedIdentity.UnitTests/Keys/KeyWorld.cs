using FederatedIdentity.Domain.Keys;

namespace FederatedIdentity.UnitTests.Keys;

/// <summary>A table of signing keys and a clock, on which replicas act one after the other as the rules tell them.</summary>
internal sealed class KeyWorld
{
    public static readonly TimeSpan Rotation = TimeSpan.FromDays(90);
    public static readonly TimeSpan Publishing = TimeSpan.FromHours(2);

    private const int Endless = 100;

    public List<SigningKeyLife> Keys { get; private set; } = [];

    public DateTimeOffset Now { get; private set; } = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Every kid that there ever was.</summary>
    public HashSet<string> Kids { get; } = [];

    /// <summary>The keys as <c>2:current:RS512</c>, the oldest first.</summary>
    public string Text => string.Join(' ', Keys.Select(key => $"{key.Number}:{key.State}:{key.Algorithm}"));

    public void Wait(TimeSpan time) => Now += time;

    /// <summary>A replica looks after the keys; the steps that it took.</summary>
    public int Tend(string algorithm = "RS512", bool starting = false, TimeSpan? rotation = null) =>
        Settle(() => SigningKeyCycle.Due(Keys, Now, Schedule(algorithm, rotation), starting));

    public void Retire(string kid) => Settle(() => SigningKeyCycle.Without(kid, Keys) ?? SigningKeyCycle.Due(Keys, Now, Schedule(), false));

    public static KeySchedule Schedule(string algorithm = "RS512", TimeSpan? rotation = null) =>
        new(algorithm, rotation ?? Rotation, Publishing);

    public void Add(int number, string algorithm, string state) =>
        Keys.Add(new SigningKeyLife($"r{number}", number, algorithm, state, Now, state == SigningKeyState.Next ? null : Now, null));

    public void Take(KeyStep step)
    {
        switch (step)
        {
            case KeyStep.Create create:
                var number = Keys.Select(key => key.Number).DefaultIfEmpty().Max() + 1;
                Assert.True(Kids.Add($"r{number}"), $"r{number} was used before.");
                Add(number, create.Algorithm, create.State);
                break;
            case KeyStep.Activate activate:
                Assert.Contains(Keys, key => key.Kid == activate.Kid && key.State == SigningKeyState.Next);
                Keys = [.. Keys.Select(key => key.State == SigningKeyState.Current ? Retired(key) : key)];
                Keys = [.. Keys.Select(key => key.Kid == activate.Kid ? key with { State = SigningKeyState.Current, ActivatedAt = Now } : key)];
                break;
            case KeyStep.Retire retire:
                Keys = [.. Keys.Select(key => key.Kid == retire.Kid ? Retired(key) : key)];
                break;
            case KeyStep.Remove remove:
                Assert.Equal(1, Keys.RemoveAll(key => key.Kid == remove.Kid));
                break;
        }
    }

    private int Settle(Func<KeyStep?> due)
    {
        for (var steps = 0; steps < Endless; steps++)
        {
            if (due() is not { } step)
            {
                return steps;
            }

            Take(step);
        }

        throw new InvalidOperationException($"There is no end to it: {Text}");
    }

    private SigningKeyLife Retired(SigningKeyLife key) => key with { State = SigningKeyState.Retired, RetiredAt = Now };
}
