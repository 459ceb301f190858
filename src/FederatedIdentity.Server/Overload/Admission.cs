using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Overload;

/// <summary>
/// Lets so many calls work at once and so many wait for their turn, first come first served, none longer than <c>Wait</c>. When every
/// place has been taken for as long as that, it is no burst: then no more may wait than half of that time will serve, and one more is
/// turned away at once. Whoever waits for a login provider or for a commit has no place meanwhile, so that a dead one, or a disk that
/// stands still, keeps nobody else from working.
/// </summary>
internal sealed class Admission : IDisposable
{
    /// <summary>What part of those who wait outside may wait for one and the same, so that a dead provider leaves room for others.</summary>
    private const int ShareOfOne = 4;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly AdmissionLimits _limits;
    private readonly Refusals _refusals;
    private readonly TimeProvider _clock;
    private readonly WaitingLine _arriving;
    private readonly WaitingLine _returning;
    private readonly Pace _pace;
    private readonly Dictionary<string, int> _outsideFor = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private int _running;
    private int _outside;
    private int _committing; // Of those outside.
    private long _fullSince;

    public Admission(AdmissionLimits limits, Refusals refusals, IMeterFactory meters, TimeProvider clock)
    {
        (_limits, _refusals, _clock) = (limits, refusals, clock);
        (_arriving, _returning, _pace) = (new WaitingLine(clock), new WaitingLine(clock), new Pace(limits.Wait, clock));
        _timer = clock.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var meter = meters.Create(Refusals.MeterName);
        meter.CreateObservableGauge("federated_identity.overload.running", () => _running, "{call}", "Calls at work.");
        meter.CreateObservableGauge(
            "federated_identity.overload.queued", () => _arriving.Count + _returning.Count, "{call}", "Calls that wait for a place.");
        meter.CreateObservableGauge(
            "federated_identity.overload.outside", () => _outside, "{call}", "Calls that wait for a login provider, another STS or a commit.");
        meter.CreateObservableGauge(
            "federated_identity.overload.limit", Limits, "{call}", "How many calls may work, queue or wait outside.");
    }

    private Measurement<int>[] Limits() =>
    [
        new(_limits.Concurrency, new KeyValuePair<string, object?>("of", "running")),
        new(_limits.Queue, new KeyValuePair<string, object?>("of", "queued")),
        new(_limits.Outside, new KeyValuePair<string, object?>("of", "outside")),
    ];

    /// <summary>A place to work, or null when there is none in time.</summary>
    public async ValueTask<Place?> EnterAsync()
    {
        Task<bool>? turn;
        lock (_gate)
        {
            turn = TakeOrWait(_arriving, MostWaiting());
        }

        if (turn is null)
        {
            _refusals.Add(RefusalReason.QueueFull);
            return null;
        }

        return await turn ? new Place(this) : null;
    }

    /// <summary>The place goes to the next in line.</summary>
    internal void Leave()
    {
        int sent;
        lock (_gate)
        {
            sent = SendAway();
            HandOn();
        }

        Tell(sent);
    }

    /// <summary>Gives the place away; false, and the place kept, when too many wait outside, or for the same.</summary>
    internal bool TryStepOut(string whom)
    {
        lock (_gate)
        {
            var same = _outsideFor.GetValueOrDefault(whom);
            if (IsRoomOutside(same))
            {
                _outside++;
                _outsideFor[whom] = same + 1;
                HandOn();
                return true;
            }
        }

        return false;
    }

    /// <summary>What is thrown at a call that may not wait outside.</summary>
    internal OverloadException TurnAwayOutside()
    {
        _refusals.Add(RefusalReason.OutsideFull);
        return new OverloadException();
    }

    /// <summary>Gives the place away for as long as a commit takes; false, and the place kept, when too many do.</summary>
    internal bool TryStepOutToCommit()
    {
        lock (_gate)
        {
            if (!IsRoomOutside(_committing))
            {
                return false;
            }

            _outside++;
            _committing++;
            HandOn();
            return true;
        }
    }

    /// <summary>After the commit. The call does not wait for its place, even if then one more than allowed works for a moment.</summary>
    internal void TakeBack()
    {
        lock (_gate)
        {
            _outside--;
            _committing--;
            Take();
        }
    }

    internal void NoLongerOutside(string whom)
    {
        lock (_gate)
        {
            _outside--;
            if (_outsideFor[whom]-- == 1)
            {
                _outsideFor.Remove(whom);
            }
        }
    }

    /// <summary>A place for a call that had one before, ahead of those that only arrive; false when there is none in time.</summary>
    internal Task<bool> ComeBackAsync()
    {
        lock (_gate)
        {
            return TakeOrWait(_returning, mostWaiting: int.MaxValue)!; // No more of them than were let outside.
        }
    }

    public void Dispose() => _timer.Dispose();

    private Task<bool>? TakeOrWait(WaitingLine line, int mostWaiting)
    {
        if (_running < _limits.Concurrency)
        {
            Take();
            return Task.FromResult(true);
        }

        if (line.Count >= mostWaiting)
        {
            return null;
        }

        if (_arriving.Count + _returning.Count == 0)
        {
            _timer.Change(Tick, Timeout.InfiniteTimeSpan);
        }

        return line.Join();
    }

    private void Take()
    {
        if (++_running == _limits.Concurrency)
        {
            _fullSince = _clock.GetTimestamp();
        }
    }

    private bool IsRoomOutside(int forTheSame) =>
        _outside < _limits.Outside && forTheSame < Math.Max(1, _limits.Outside / ShareOfOne);

    private int MostWaiting() =>
        _clock.GetElapsedTime(_fullSince) < _limits.Wait ? _limits.Queue : Math.Min(_limits.Queue, _pace.Recent / 2);

    private void HandOn()
    {
        if (_running > _limits.Concurrency)
        {
            _running--; // One that was taken back.
            return;
        }

        _pace.Count();
        if (!_returning.TryServe() && !_arriving.TryServe())
        {
            _running--;
        }
    }

    private void Sweep()
    {
        int sent;
        lock (_gate)
        {
            sent = SendAway();
            if (_arriving.Count + _returning.Count > 0)
            {
                _timer.Change(Tick, Timeout.InfiniteTimeSpan);
            }
        }

        Tell(sent);
    }

    private int SendAway() => _returning.SendAway(_limits.Wait) + _arriving.SendAway(_limits.Wait);

    /// <summary>Outside of the lock: a log may be slow.</summary>
    private void Tell(int sent)
    {
        if (sent > 0)
        {
            _refusals.Add(RefusalReason.QueueTime, sent);
        }
    }
}
